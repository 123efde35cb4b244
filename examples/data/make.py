"""Writes the data of the examples: the first 40 training and 20 test images of each class of Fashion-MNIST, in the IDX format,
and the state dict of a network that PyTorch trained on them. Python 3 with PyTorch 1.13.

    python3 examples/data/make.py /usr/share/datasets/fashion-mnist examples/data
"""

import gzip
import json
import pathlib
import struct
import sys

import numpy
import torch
from torch import nn

source, folder = map(pathlib.Path, sys.argv[1:3])
torch.manual_seed(1)
torch.set_num_threads(1)


def read(name):
    data = gzip.decompress((source / f"{name}-ubyte.gz").read_bytes())
    rank = data[3]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * rank).reshape(struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank]))


def write(name, values):
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    (folder / f"{name}-ubyte.gz").write_bytes(gzip.compress(header + values.tobytes(), mtime=0))


def part(name, each):
    images, labels = read(f"{name}-images-idx3"), read(f"{name}-labels-idx1")
    rows = numpy.sort(numpy.concatenate([numpy.flatnonzero(labels == k)[:each] for k in range(10)]))
    write(f"{name}-images-idx3", images[rows])
    write(f"{name}-labels-idx1", labels[rows])
    return torch.from_numpy(images[rows].astype(numpy.float32) / 255).unsqueeze(1), torch.from_numpy(labels[rows].astype(numpy.int64))


x, y = part("train", 40)
test_x, test_y = part("t10k", 20)

network = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1, bias=False),
    nn.BatchNorm2d(8),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(8, 16, 3, padding=1, bias=False),
    nn.BatchNorm2d(16),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(784, 10),
)
optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9, nesterov=True)
for epoch in range(8):
    for rows in torch.randperm(len(x)).split(40):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(x[rows]), y[rows]).backward()
        optimizer.step()
with torch.no_grad():
    right = (network.eval()(test_x).argmax(1) == test_y).sum().item()

# What `safetensors.torch.save_file` writes: the header's length, the header, and the tensors' bytes one after the other.
header, data = {"__metadata__": {"format": "pt", "right": f"{right} of {len(test_y)}"}}, b""
for name, value in sorted(network.state_dict().items(), key=lambda entry: (-entry[1].element_size(), entry[0])):
    raw = value.contiguous().numpy().tobytes()
    dtype = {torch.float32: "F32", torch.int64: "I64"}[value.dtype]
    header[name] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
(folder / "fashion-cnn.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
print(f"{right} of {len(test_y)} test images right")
