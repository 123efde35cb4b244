"""The tasks of networks for images in PyTorch, for contender.py."""


def layer_tasks(torch):
    t = torch.from_numpy
    f = torch.nn.functional

    def pulled(work, variables, cotangent):
        """The value, and where there is a cotangent, its pullback to all variables."""
        if cotangent is None:
            return lambda: [work(*variables)]
        seed = t(cotangent)

        def run():
            own = [x.detach().requires_grad_() for x in variables]
            y = work(*own)
            y.backward(seed)
            return [y.detach()] + [x.grad for x in own]

        return run

    def convolution(x, weight, cotangent=None, **_):
        return pulled(lambda x, w: f.conv2d(x, w, padding=1), [t(x), t(weight)], cotangent)

    def pooling(operation, x, kernel, cotangent=None, **_):
        pool = f.max_pool2d if operation == "max" else f.avg_pool2d
        return pulled(lambda x: pool(x, kernel), [t(x)], cotangent)

    def batch_norm(x, weight, bias, epsilon, cotangent=None, **_):
        def work(x, w, b):
            return f.batch_norm(x, None, None, w, b, training=True, eps=epsilon)

        return pulled(work, [t(x), t(weight), t(bias)], cotangent)

    def cnn(layers, x, labels, sgd, **_):
        x, target = t(x), t(labels).long()
        parameters = [t(layer[name]).requires_grad_() for layer in layers for name in ("weight", "bias")]
        w1, b1, w2, b2, w3, b3 = parameters
        optimizer = torch.optim.SGD(
            parameters,
            lr=sgd["learningRate"],
            momentum=sgd["momentum"],
            nesterov=sgd["nesterov"],
            weight_decay=sgd["weightDecay"],
        )

        def run():
            y = f.max_pool2d(torch.relu(f.conv2d(x, w1, b1, padding=1)), 2)
            y = f.max_pool2d(torch.relu(f.conv2d(y, w2, b2, padding=1)), 2)
            loss = f.cross_entropy(f.linear(y.flatten(1), w3, b3), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return [loss.detach()]

        return run

    return {"convolution": convolution, "pooling": pooling, "batchNorm": batch_norm, "cnn": cnn}
