def outer(x):
    # ANCHOR: body
    def inner():
        return x
    # ANCHOR_END: body
    return inner

class Cell:
    pass
