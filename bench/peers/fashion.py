"""Trains the networks of `pnpm experiment:fashion` in PyTorch: a configuration as JSON in the first argument, a line of JSON for each seed."""

import gzip
import json
import sys

import numpy
import torch
from torch import nn

torch.set_num_threads(1)
settings = json.loads(sys.argv[1])


def array(name, header):
    with gzip.open(f"{settings['folder']}/{name}.gz") as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=header)


def part(name, rows):
    images = array(f"{name}-images-idx3-ubyte", 16).reshape(-1, 784)[rows].astype(numpy.float32) / 255
    labels = array(f"{name}-labels-idx1-ubyte", 8)[rows].astype(numpy.int64)
    return torch.from_numpy(images), torch.from_numpy(labels)


def first_of_each_class(count):
    labels = array("train-labels-idx1-ubyte", 8)
    return numpy.sort(numpy.concatenate([numpy.flatnonzero(labels == k)[:count] for k in range(10)]))


def mlp():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn():
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


x, y = part("train", first_of_each_class(settings["rows"] // 10))
test_x, test_y = part("t10k", slice(None))
mean, deviation = x.mean(), x.std(unbiased=False)
x, test_x = (x - mean) / deviation, (test_x - mean) / deviation
size, batch, epochs = len(x), settings["batchSize"], settings["epochs"]

for seed in settings["seeds"]:
    torch.manual_seed(seed)
    network = {"mlp": mlp, "cnn": cnn}[settings["network"]]()
    optimizer = torch.optim.SGD(
        network.parameters(),
        settings["learningRate"],
        momentum=settings["momentum"],
        nesterov=True,
        weight_decay=settings["weightDecay"],
    )
    steps = epochs * -(-size // batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(epochs):
        for rows in torch.randperm(size).split(batch):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x[rows]), y[rows]).backward()
            optimizer.step()
            schedule.step()
    network.eval()
    with torch.no_grad():
        accuracy = (network(test_x).argmax(1) == test_y).float().mean().item()
    print(json.dumps({"seed": seed, "accuracy": accuracy}), flush=True)
