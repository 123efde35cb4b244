"""PyTorch and NumPy as contenders. Started by src/peers/python.ts; speaks one JSON object a line over two named pipes.

    -> {"library": "torch" | "numpy", "task": "...", "input": {...}}     <- {"version": "..."} | {"error": "..."}
    -> {"runs": N}                                                       <- {"seconds": s}   N runs, timed here, after one that is not
    -> {"values": true}                                                  <- {"values": [[...], ...]}   of the last run
    -> {"close": true}

Arrays come as {"shape": [...], "dtype": "float32" | "int32", "base64": "..."}. The clock is time.perf_counter around the
loop, so that the pipes are not part of what is measured. Threads are what OMP_NUM_THREADS and OPENBLAS_NUM_THREADS say;
both must be set before the libraries are loaded (torch.set_num_threads does not bind Debian's OpenBLAS).
"""

import base64
import json
import sys
import time

import numpy as np

from layers import layer_tasks


def array(x):
    values = np.frombuffer(base64.b64decode(x["base64"]), dtype=x["dtype"]).reshape(x["shape"])
    return values.copy()


def numpy_tasks():
    def batched_matmul(a, b, **_):
        return lambda: [a @ b]

    def reduce(operation, x, axes, **_):
        f = {"sum": np.sum, "max": np.max, "mean": np.mean, "variance": np.var}[operation]
        return lambda: [f(x, axis=tuple(axes))]

    def elementwise(operation, x, y, **_):
        work = {
            "add": lambda: x + y,
            "exp": lambda: np.exp(x),
            "tanh": lambda: np.tanh(x),
            "chain": lambda: np.maximum(x * y + x, 0),
        }[operation]
        return lambda: [work()]

    def matmul(a, b, transposeA, transposeB, **_):
        left = a.T if transposeA else a
        right = b.T if transposeB else b
        return lambda: [left @ right]

    return {
        "matmul": matmul,
        "batchedMatmul": batched_matmul,
        "elementwise": elementwise,
        "reduce": reduce,
    }


def torch_tasks():
    import torch

    t = lambda x: torch.from_numpy(x)

    def matmul(a, b, transposeA, transposeB, **_):
        left = t(a).T if transposeA else t(a)
        right = t(b).T if transposeB else t(b)
        return lambda: [left @ right]

    def elementwise(operation, x, y, **_):
        x, y = t(x), t(y)
        work = {
            "add": lambda: x + y,
            "exp": lambda: torch.exp(x),
            "tanh": lambda: torch.tanh(x),
            "chain": lambda: torch.relu(x * y + x),
        }[operation]
        return lambda: [work()]

    def softmax(x, operation, labels=None, **_):
        x = t(x)
        if operation == "softmax":
            return lambda: [torch.softmax(x, -1)]
        if operation == "logSoftmax":
            return lambda: [torch.log_softmax(x, -1)]
        target = t(labels).long()

        def loss():
            logits = x.detach().requires_grad_()
            value = torch.nn.functional.cross_entropy(logits, target)
            value.backward()
            return [value.detach(), logits.grad]

        return loss

    def reduce(operation, x, axes, **_):
        x = t(x)
        whole = len(axes) == x.dim()
        work = {
            "sum": lambda: x.sum() if whole else x.sum(axes),
            "max": lambda: x.max() if whole else x.amax(axes),
            "mean": lambda: x.mean() if whole else x.mean(axes),
            "variance": lambda: torch.var(x, axes, unbiased=False),
        }[operation]
        return lambda: [work()]

    def batched_matmul(a, b, **_):
        a, b = t(a), t(b)
        return lambda: [torch.bmm(a, b)]

    def chain(operation, x, b, length, backward, **_):
        x, b = t(x), t(b)
        f = torch.add if operation == "add" else torch.mul

        def run():
            xs, bs = (x.detach().requires_grad_(), b.detach().requires_grad_()) if backward else (x, b)
            y = xs
            for _ in range(length):
                y = f(y, bs)
            if not backward:
                return [y]
            y.backward(torch.ones_like(y))
            return [y.detach(), xs.grad, bs.grad]

        return run

    def grad(x, b, length, **_):
        x, b = t(x), t(b)

        def run():
            xs = x.detach().requires_grad_()
            y = xs
            for i in range(length):
                y = y * b if i % 3 == 0 else y + b if i % 3 == 1 else torch.tanh(y)
            y.backward()
            return [xs.grad]

        return run

    def mlp(layers):
        modules = []
        for i, layer in enumerate(layers):
            linear = torch.nn.Linear(layer["weight"].shape[1], layer["weight"].shape[0])
            with torch.no_grad():
                linear.weight.copy_(t(layer["weight"]))
                linear.bias.copy_(t(layer["bias"]))
            modules += ([torch.nn.ReLU()] if i > 0 else []) + [linear]
        return torch.nn.Sequential(*modules)

    def renyi_of_rows(p, q, alpha):
        log_p, log_q = torch.log_softmax(p, -1), torch.log_softmax(q, -1)
        return torch.logsumexp(alpha * log_p + (1 - alpha) * log_q, -1) / (alpha - 1)

    def divergence(p, q, alpha, backward, **_):
        p, q = t(p), t(q)
        if not backward:
            return lambda: [renyi_of_rows(p, q, alpha)]

        def run():
            left, right = p.detach().requires_grad_(), q.detach().requires_grad_()
            total = renyi_of_rows(left, right, alpha).sum()
            total.backward()
            return [total.detach(), left.grad, right.grad]

        return run

    def step(students, x, labels, alpha, sgd, **_):
        nets = [mlp([{k: array(v) for k, v in layer.items()} for layer in layers]) for layers in students]
        optimizers = [
            torch.optim.SGD(
                net.parameters(),
                lr=sgd["learningRate"],
                momentum=sgd["momentum"],
                nesterov=sgd["nesterov"],
                weight_decay=sgd["weightDecay"],
            )
            for net in nets
        ]
        x, target = t(x), t(labels).long()

        def run():
            outputs = [net(x) for net in nets]
            losses = []
            for k, (own, optimizer) in enumerate(zip(outputs, optimizers)):
                loss = torch.nn.functional.cross_entropy(own, target)
                peers = [z.detach() for j, z in enumerate(outputs) if j != k]
                if peers:
                    loss = loss + sum(renyi_of_rows(z, own, alpha).mean() for z in peers) / len(peers)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())
            return [torch.stack(losses)]

        return run

    return {
        **layer_tasks(torch),
        "matmul": matmul,
        "batchedMatmul": batched_matmul,
        "elementwise": elementwise,
        "softmax": softmax,
        "divergence": divergence,
        "reduce": reduce,
        "chain": chain,
        "grad": grad,
        "step": step,
    }


def main(inward, outward):
    requests = open(inward, "r", encoding="utf-8")
    replies = open(outward, "w", encoding="utf-8")
    run, first, last = None, None, None
    for line in requests:
        request = json.loads(line)
        try:
            if "close" in request:
                return
            if "library" in request:
                if request["library"] == "torch":
                    import torch

                    version, tasks = torch.__version__, torch_tasks()
                else:
                    version, tasks = np.__version__, numpy_tasks()
                task = tasks.get(request["task"])
                if task is None:
                    raise ValueError(f"no {request['task']} in {request['library']}")
                arrays = {
                    k: array(v) if isinstance(v, dict) and "base64" in v else v
                    for k, v in request["input"].items()
                }
                if request["task"] == "cnn":
                    arrays["layers"] = [{k: array(v) for k, v in layer.items()} for layer in arrays["layers"]]
                run = task(**arrays)
                first = last = run()
                reply = {"version": version}
            elif "runs" in request:
                if request["runs"] > 1:  # whoever ran before has filled the caches
                    last = run()
                start = time.perf_counter()
                for _ in range(request["runs"]):
                    last = run()
                reply = {"seconds": time.perf_counter() - start}
            else:
                results = first if request["values"] == "first" else last
                reply = {"values": [np.asarray(x, dtype="float64").ravel().tolist() for x in results]}
        except Exception as error:  # the reply carries it: whoever asked shows it in the table
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


main(*sys.argv[1:3])
