"""Writes cnn.safetensors, the state dict of a trained torch.nn network in float32, and cnn.json, an input with the logits. Python 3 with PyTorch 1.13.

    python3 conformance/checkpoint/make.py conformance/checkpoint
"""

import json
import pathlib
import struct
import sys

import torch
from torch import nn

torch.manual_seed(20261127)
folder = pathlib.Path(sys.argv[1])

network = nn.Sequential(
    nn.Conv2d(1, 4, 3, padding=1, bias=False),
    nn.BatchNorm2d(4),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(4, 8, 3),
    nn.GELU(),
    nn.Flatten(),
    nn.LayerNorm(32),
    nn.Linear(32, 10),
)
optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
for step in range(20):
    x, labels = torch.randn(16, 1, 8, 8), torch.randint(0, 10, (16,))
    optimizer.zero_grad()
    nn.functional.cross_entropy(network(x), labels).backward()
    optimizer.step()

# The format: the header's length, the header, and the tensors' bytes one after the other.
header, data = {"__metadata__": {"format": "pt"}}, b""
for name, x in sorted(network.state_dict().items(), key=lambda entry: (-entry[1].element_size(), entry[0])):
    raw = x.contiguous().numpy().tobytes()
    dtype = {torch.float32: "F32", torch.int64: "I64"}[x.dtype]
    header[name] = {"dtype": dtype, "shape": list(x.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
(folder / "cnn.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)

x = (torch.randn(3, 1, 8, 8) * 4096).round() / 4096
with torch.no_grad():
    logits = network.eval()(x)
case = {"x": {"shape": list(x.shape), "data": x.flatten().tolist()}, "logits": {"shape": list(logits.shape), "data": logits.flatten().tolist()}}
(folder / "cnn.json").write_text(json.dumps(case) + "\n")
