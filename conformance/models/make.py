"""Writes logits.json: what networks built in PyTorch give for numbers that both sides make by one formula. Python 3 with PyTorch 1.13.

    python3 conformance/models/make.py > conformance/models/logits.json
"""

import json
import math
import sys

import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)


def numbers(count, k):
    """Multiples of 2^-12 in [-1/2, 1/2), all different for neighbors."""
    return torch.tensor([((i * 7919 + k * 104729) % 4096) / 4096 - 0.5 for i in range(count)])


def fill(module):
    """Weights by their fan-in, of normalizations around 1, running variances above 1/2: the k-th name in alphabetical order is filled with numbers(..., k)."""
    state = module.state_dict()
    for k, name in enumerate(sorted(state)):
        x = state[name]
        if name.endswith("num_batches_tracked"):
            continue
        values = numbers(x.numel(), k).reshape(x.shape)
        if name.endswith("running_var"):
            values = values + 1
        elif x.dim() >= 2:
            values = values * 4 / math.sqrt(x.numel() / x.shape[0])
        elif name.endswith("weight"):
            values = values + 1
        x.copy_(values)
    return module


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 4)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class VGG(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        layers, inputs = [], 3
        for entry in [1, 1, 0, 2, 2, 0, 4, 4, 4, 0, 8, 8, 8, 0, 8, 8, 8, 0]:
            if entry == 0:
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [nn.Conv2d(inputs, entry * width, 3, padding=1), nn.BatchNorm2d(entry * width), nn.ReLU()]
                inputs = entry * width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(inputs, hidden), nn.ReLU(), nn.Dropout(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout(), nn.Linear(hidden, 4)
        )

    def forward(self, x):
        return self.classifier(F.adaptive_avg_pool2d(self.features(x), 1).flatten(1))


class Squeeze(nn.Module):
    def __init__(self, channels, reduction):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(channels, channels // reduction, 1), nn.Conv2d(channels // reduction, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.fc2(F.relu(self.fc1(F.adaptive_avg_pool2d(x, 1)))))


class Block(nn.Module):
    """Basic without expansion, a bottleneck with one."""

    def __init__(self, inputs, width, stride, expansion, reduction):
        super().__init__()
        outputs = width * expansion
        if expansion == 1:
            shapes = [(inputs, width, 3, stride), (width, width, 3, 1)]
        else:
            shapes = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)]
        for i, (a, b, kernel, step) in enumerate(shapes, 1):
            setattr(self, f"conv{i}", nn.Conv2d(a, b, kernel, step, kernel // 2, bias=False))
            setattr(self, f"bn{i}", nn.BatchNorm2d(b))
        self.depth = len(shapes)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        if reduction:
            self.se_module = Squeeze(outputs, reduction)

    def forward(self, x):
        y = x
        for i in range(1, self.depth + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            y = F.relu(y) if i < self.depth else y
        if hasattr(self, "se_module"):
            y = self.se_module(y)
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, depths, expansion, width, reduction=None):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        inputs = width
        for stage, depth in enumerate(depths):
            blocks = []
            for i in range(depth):
                blocks.append(Block(inputs, width << stage, 2 if stage and not i else 1, expansion, reduction))
                inputs = (width << stage) * expansion
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inputs, 4)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for stage in range(1, 5):
            x = getattr(self, f"layer{stage}")(x)
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def unit(inputs, filters, kernel, **settings):
    return [nn.Conv2d(inputs, filters, kernel, padding=kernel // 2, **settings), nn.BatchNorm2d(filters), nn.ReLU()]


class Inception(nn.Module):
    def __init__(self, inputs, one, reduce3, three, reduce5, five, pool):
        super().__init__()
        self.branches = nn.ModuleList([
            nn.Sequential(*unit(inputs, one, 1)),
            nn.Sequential(*unit(inputs, reduce3, 1), *unit(reduce3, three, 3)),
            nn.Sequential(*unit(inputs, reduce5, 1), *unit(reduce5, five, 3), *unit(five, five, 3)),
            nn.Sequential(nn.MaxPool2d(3, 1, 1), *unit(inputs, pool, 1)),
        ])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


class GoogLeNet(nn.Module):
    def __init__(self, shrink):
        super().__init__()
        plan = [
            (64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64), None,
            (192, 96, 208, 16, 48, 64), (160, 112, 224, 24, 64, 64), (128, 128, 256, 24, 64, 64),
            (112, 144, 288, 32, 64, 64), (256, 160, 320, 32, 128, 128), None,
            (256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128),
        ]
        inputs = 192 // shrink
        self.stem = nn.Sequential(*unit(3, inputs, 3))
        parts = []
        for entry in plan:
            if entry is None:
                parts.append(nn.MaxPool2d(3, 2, 1))
                continue
            filters = [(n + shrink // 2) // shrink for n in entry]
            parts.append(Inception(inputs, *filters))
            inputs = filters[0] + filters[2] + filters[4] + filters[5]
        self.inceptions = nn.Sequential(*parts)
        self.linear = nn.Linear(inputs, 4)

    def forward(self, x):
        return self.linear(self.inceptions(self.stem(x)).mean((2, 3)))


class DenseLayer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, 4 * growth, 1, bias=False)
        self.norm2, self.conv2 = nn.BatchNorm2d(4 * growth), nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x):
        return torch.cat([x, self.conv2(F.relu(self.norm2(self.conv1(F.relu(self.norm1(x))))))], 1)


class Transition(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.norm, self.conv = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, inputs // 2, 1, bias=False)

    def forward(self, x):
        return F.avg_pool2d(self.conv(F.relu(self.norm(x))), 2)


class DenseNet(nn.Module):
    def __init__(self, growth):
        super().__init__()
        inputs, parts = 2 * growth, []
        self.conv = nn.Conv2d(3, inputs, 3, padding=1, bias=False)
        for block, depth in enumerate([6, 12, 24, 16]):
            if block:
                parts.append(Transition(inputs))
                inputs //= 2
            for _ in range(depth):
                parts.append(DenseLayer(inputs, growth))
                inputs += growth
        self.blocks, self.norm, self.linear = nn.Sequential(*parts), nn.BatchNorm2d(inputs), nn.Linear(inputs, 4)

    def forward(self, x):
        return self.linear(F.relu(self.norm(self.blocks(self.conv(x)))).mean((2, 3)))


class MobileNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        layers, inputs = unit(3, width, 3, bias=False), width
        pairs = [(2, 1), (4, 2), (4, 1), (8, 2), (8, 1), (16, 2), *[(16, 1)] * 5, (32, 2), (32, 1)]
        for factor, stride in pairs:
            layers += unit(inputs, inputs, 3, stride=stride, groups=inputs, bias=False)
            layers += unit(inputs, factor * width, 1, bias=False)
            inputs = factor * width
        self.layers, self.linear = nn.Sequential(*layers), nn.Linear(inputs, 4)

    def forward(self, x):
        return self.linear(self.layers(x).mean((2, 3)))


class FastText(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.linear = nn.EmbeddingBag(30, 10), nn.Linear(10, 4)

    def forward(self, x):
        return self.linear(self.embedding(x))


class CharCNN(nn.Module):
    def __init__(self, alphabet, features, hidden, flat):
        super().__init__()
        self.alphabet, layers, inputs = alphabet, [], alphabet
        for kernel, pooled in [(7, 1), (7, 1), (3, 0), (3, 0), (3, 0), (3, 1)]:
            layers += [nn.Conv1d(inputs, features, kernel), nn.ReLU()] + ([nn.MaxPool1d(3)] if pooled else [])
            inputs = features
        self.convolutions = nn.Sequential(*layers, nn.Flatten())
        self.classifier = nn.Sequential(
            nn.Linear(flat, hidden), nn.ReLU(), nn.Dropout(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout(), nn.Linear(hidden, 4)
        )

    def forward(self, x):
        hot = F.one_hot(x, self.alphabet + 1)[:, :, 1:].to(torch.float64)
        return self.classifier(self.convolutions(hot.transpose(1, 2)))


class Encoder(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(width, 1e-6), nn.LayerNorm(width, 1e-6)
        self.self_attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Dropout(0), nn.Linear(4 * width, width))

    def forward(self, x):
        z = self.ln_1(x)
        y = x + self.self_attention(z, z, z, need_weights=False)[0]
        return y + self.mlp(self.ln_2(y))


class ViT(nn.Module):
    def __init__(self, size, patch, width, heads, depth):
        super().__init__()
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.conv_proj = nn.Conv2d(3, width, patch, patch)
        self.encoder = nn.Module()
        self.encoder.pos_embedding = nn.Parameter(torch.zeros(1, (size // patch) ** 2 + 1, width))
        self.encoder.layers = nn.Module()
        for i in range(depth):
            setattr(self.encoder.layers, f"encoder_layer_{i}", Encoder(width, heads))
        self.depth = depth
        self.encoder.ln = nn.LayerNorm(width, 1e-6)
        self.heads = nn.Module()
        self.heads.head = nn.Linear(width, 4)

    def forward(self, x):
        tokens = self.conv_proj(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(len(x), -1, -1), tokens], 1) + self.encoder.pos_embedding
        for i in range(self.depth):
            x = getattr(self.encoder.layers, f"encoder_layer_{i}")(x)
        return self.heads.head(self.encoder.ln(x)[:, 0])


def case(name, module, shape, words=None):
    count = math.prod(shape)
    if words is None:
        x = numbers(count, 1).reshape(shape) * 2
    else:
        x = torch.tensor([i * 7 % words for i in range(count)]).reshape(shape)
    with torch.no_grad():
        y = fill(module.eval())(x)
    names = {key: list(value.shape) for key, value in sorted(module.state_dict().items())}
    return {"id": name, "shape": shape, "words": words, "state": names, "logits": {"shape": list(y.shape), "dtype": "float64", "data": y.flatten().tolist()}}


cases = [
    case("lenet", LeNet(), [2, 1, 28, 28]),
    case("vgg16", VGG(2, 8), [2, 3, 32, 32]),
    case("resnet18", ResNet([2, 2, 2, 2], 1, 2), [2, 3, 11, 8]),
    case("resnet34", ResNet([3, 4, 6, 3], 1, 2), [2, 3, 8, 8]),
    case("resnet50", ResNet([3, 4, 6, 3], 4, 2), [2, 3, 8, 8]),
    case("seResnet50", ResNet([3, 4, 6, 3], 4, 2, 4), [2, 3, 8, 8]),
    case("googlenet", GoogLeNet(16), [2, 3, 9, 8]),
    case("densenet121", DenseNet(2), [2, 3, 8, 8]),
    case("mobilenet", MobileNet(2), [2, 3, 16, 16]),
    case("fasttext", FastText(), [3, 5], 30),
    case("charcnn", CharCNN(9, 4, 8, 4), [2, 123], 10),
    case("vit", ViT(8, 4, 8, 2, 2), [2, 3, 8, 8]),
]

json.dump({"torch": torch.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
print()
