"""Writes modules.json: modules of torch.nn with their state, what they give, and gradients. Python 3 with PyTorch 1.13.

    python3 conformance/modules/make.py > conformance/modules/modules.json
"""

import json
import sys

import torch
from torch import nn

torch.manual_seed(20261127)
torch.set_default_dtype(torch.float64)


def draw(*shape):
    """Normal numbers, rounded to multiples of 2^-12: exact in float32 too."""
    return (torch.randn(*shape) * 4096).round() / 4096


def encode(x):
    dtype = {torch.float64: "float64", torch.int64: "int64", torch.bool: "bool"}[x.dtype]
    return {"shape": list(x.shape), "dtype": dtype, "data": x.detach().flatten().tolist()}


def case(name, module, inputs, call=None, **attrs):
    """One call in training mode with its gradients, the state before and after, and one call in evaluation mode."""
    call = call or (lambda m, x: m(x["x"]))
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(draw(*parameter.shape))
    state = {key: encode(value) for key, value in module.state_dict().items()}
    variables = {key: x.requires_grad_() for key, x in inputs.items() if x.dtype == torch.float64}
    y = call(module.train(), inputs)
    cotangent = draw(*y.shape)
    y.backward(cotangent)
    grads = {key: encode(p.grad) for key, p in module.named_parameters()}
    grads.update({f"inputs.{key}": encode(x.grad) for key, x in variables.items()})
    after = {key: encode(value) for key, value in module.state_dict().items()}
    with torch.no_grad():
        evaluated = call(module.eval(), inputs)
    return {
        "id": name,
        "module": type(module).__name__,
        "attrs": attrs,
        "inputs": {key: encode(x) for key, x in inputs.items()},
        "state": state,
        "output": encode(y),
        "cotangent": encode(cotangent),
        "grads": grads,
        "stateAfter": after,
        "evaluated": encode(evaluated),
    }


def attend(m, x):
    key, value = x.get("key", x["query"]), x.get("value", x.get("key", x["query"]))
    masks = {"attn_mask": x.get("mask"), "key_padding_mask": x.get("padding")}
    return m(x["query"], key, value, need_weights=False, **masks)[0]


padding = torch.tensor([[False, False, True, False], [False, True, True, False]])
causal = torch.triu(torch.ones(3, 3, dtype=torch.bool), diagonal=1)

cases = [
    case("linear", nn.Linear(3, 2), {"x": draw(4, 3)}, sizes=[3, 2]),
    case("conv1d", nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2), {"x": draw(2, 4, 7)}, sizes=[4, 6, 3], options={"stride": 2, "padding": 1, "groups": 2}),
    case("conv2d", nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)), {"x": draw(2, 2, 5, 6)}, sizes=[2, 3, [3, 2]], options={"stride": [2, 1], "padding": [1, 0], "dilation": [1, 2]}),
    case("conv2d-same", nn.Conv2d(2, 2, 4, padding="same", bias=False), {"x": draw(1, 2, 5, 5)}, sizes=[2, 2, 4], options={"padding": "same", "bias": False}),
    case("convTranspose1d", nn.ConvTranspose1d(2, 4, 3, stride=2, groups=2), {"x": draw(2, 2, 4)}, sizes=[2, 4, 3], options={"stride": 2, "groups": 2}),
    case("convTranspose2d", nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1), {"x": draw(1, 2, 3, 4)}, sizes=[2, 3, 3], options={"stride": 2, "padding": 1, "outputPadding": 1}),
    case("batchNorm1d", nn.BatchNorm1d(3), {"x": draw(5, 3)}, sizes=[3]),
    case("batchNorm1d-length", nn.BatchNorm1d(2, momentum=0.3, eps=1e-3), {"x": draw(3, 2, 4)}, sizes=[2], options={"momentum": 0.3, "epsilon": 1e-3}),
    case("batchNorm2d", nn.BatchNorm2d(3), {"x": draw(2, 3, 3, 2)}, sizes=[3]),
    case("batchNorm2d-cumulative", nn.BatchNorm2d(2, momentum=None), {"x": draw(2, 2, 2, 3)}, sizes=[2], options={"momentum": None}),
    case("batchNorm2d-plain", nn.BatchNorm2d(2, affine=False, track_running_stats=False), {"x": draw(2, 2, 2, 3)}, sizes=[2], options={"affine": False, "trackRunningStats": False}),
    case("layerNorm", nn.LayerNorm([3, 4]), {"x": draw(2, 3, 4)}, sizes=[[3, 4]]),
    case("groupNorm", nn.GroupNorm(2, 4, eps=1e-2), {"x": draw(3, 4, 2, 2)}, sizes=[2, 4], options={"epsilon": 1e-2}),
    case("embedding", nn.Embedding(6, 3, padding_idx=2), {"x": torch.tensor([[0, 2, 5], [5, 1, 2]])}, sizes=[6, 3], options={"paddingIndex": 2}),
    case("embeddingBag-mean", nn.EmbeddingBag(6, 3, mode="mean", padding_idx=0), {"x": torch.tensor([[0, 2, 5], [5, 1, 5]])}, sizes=[6, 3], options={"mode": "mean", "paddingIndex": 0}),
    case("embeddingBag-sum", nn.EmbeddingBag(5, 2, mode="sum"), {"x": torch.tensor([0, 4, 4, 1]), "offsets": torch.tensor([0, 1, 1]), "weights": draw(4)}, lambda m, x: m(x["x"], x["offsets"], x["weights"]), sizes=[5, 2], options={"mode": "sum"}),
    case("embeddingBag-max", nn.EmbeddingBag(5, 2, mode="max"), {"x": torch.tensor([0, 4, 3, 1]), "offsets": torch.tensor([0, 3, 3])}, lambda m, x: m(x["x"], x["offsets"]), sizes=[5, 2], options={"mode": "max"}),
    case("attention-self", nn.MultiheadAttention(6, 2, batch_first=True), {"query": draw(2, 3, 6)}, attend, sizes=[6, 2]),
    case("attention-causal", nn.MultiheadAttention(4, 2, batch_first=True), {"query": draw(3, 4), "mask": causal}, attend, sizes=[4, 2]),
    case("attention-cross", nn.MultiheadAttention(4, 2, batch_first=True, bias=False), {"query": draw(2, 3, 4), "key": draw(2, 4, 4), "value": draw(2, 4, 4), "padding": padding}, attend, sizes=[4, 2], options={"bias": False}),
    case("block-post", nn.TransformerEncoderLayer(4, 2, 8, dropout=0, batch_first=True), {"x": draw(2, 3, 4)}, sizes=[4, 2], options={"feedForward": 8, "dropout": 0}),
    case("block-pre", nn.TransformerEncoderLayer(4, 2, 8, dropout=0, activation="gelu", norm_first=True, batch_first=True), {"x": draw(2, 3, 4)}, sizes=[4, 2], options={"feedForward": 8, "dropout": 0, "activation": "gelu", "normFirst": True}),
    case("block-masked", nn.TransformerEncoderLayer(4, 1, 6, dropout=0, batch_first=True), {"x": draw(2, 3, 4), "mask": causal}, lambda m, x: m(x["x"], src_mask=x["mask"]), sizes=[4, 1], options={"feedForward": 6, "dropout": 0}),
    case("maxPool1d", nn.MaxPool1d(3, stride=2, padding=1, ceil_mode=True), {"x": draw(2, 2, 8)}, sizes=[3], options={"stride": 2, "padding": 1, "ceilMode": True}),
    case("maxPool2d", nn.MaxPool2d((2, 3), stride=2, padding=1, dilation=(1, 2), ceil_mode=True), {"x": draw(2, 1, 6, 8)}, sizes=[[2, 3]], options={"stride": 2, "padding": 1, "dilation": [1, 2], "ceilMode": True}),
    case("avgPool1d", nn.AvgPool1d(3, stride=2, padding=1, ceil_mode=True), {"x": draw(2, 2, 8)}, sizes=[3], options={"stride": 2, "padding": 1, "ceilMode": True}),
    case("avgPool2d", nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False), {"x": draw(1, 2, 6, 7)}, sizes=[3], options={"stride": 2, "padding": 1, "ceilMode": True, "countIncludePad": False}),
    case("adaptiveAvgPool1d", nn.AdaptiveAvgPool1d(3), {"x": draw(2, 2, 7)}, sizes=[3]),
    case("adaptiveAvgPool2d", nn.AdaptiveAvgPool2d((2, 3)), {"x": draw(2, 2, 5, 7)}, sizes=[[2, 3]]),
]

json.dump({"torch": torch.__version__, "cases": cases}, sys.stdout)
print()
