# Compares the statistics of `inspect --stats --json` (argv: pairs of model and document) with what numpy finds in the
# values that torch and h5py read. Prints one line for each model, "ok" and the number of tensors if all agree.
import json, math, sys, warnings
import h5py, numpy as np, torch

warnings.simplefilter("ignore")
# Sums of up to a million squares in another order differ in the last digits of a double.
TOLERANCE = 1e-10


def tensors(path):
    if h5py.is_hdf5(path):
        found = []
        with h5py.File(path, "r") as f:
            f.visititems(lambda name, item: found.append((None, item[()]))
                         if isinstance(item, h5py.Dataset) and not name.startswith("optimizer") else None)
        return found
    value = torch.load(path, map_location="cpu")
    value = value.state_dict() if hasattr(value, "state_dict") else value
    value = value.get("state_dict", value)
    return [(name, tensor.detach().double().numpy()) for name, tensor in value.items()]


def statistics(x):
    x = np.asarray(x, np.float64).ravel()
    mean, std = math.fsum(x) / x.size, x.std()
    return {"min": x.min(), "max": x.max(), "mean": mean, "std": std, "rms": math.sqrt(math.fsum(x * x) / x.size),
            "absmax": np.abs(x).max(), "kurtosis": ((x - mean) ** 4).mean() / std ** 4 if std > 0 else None,
            "nan": int(np.isnan(x).sum()), "inf": int(np.isinf(x).sum())}


def disagree(layer, x):
    if list(np.shape(x)) != layer["shape"]:
        return f"shape {np.shape(x)}"
    if np.size(x) == 0:
        return None
    scale = max(float(np.abs(x).max()), 1e-300)
    for key, value in statistics(x).items():
        shown = layer["stats"][key]
        if value is None or shown is None:
            continue
        limit = TOLERANCE * (max(abs(value), 1) if key == "kurtosis" else scale)
        if abs(shown - value) > (1e-6 * max(abs(value), 1) if key == "kurtosis" else limit):
            return f"{key} {shown} instead of {value}"
    return None


for path, document in zip(sys.argv[1::2], sys.argv[2::2]):
    layers = json.load(open(document))["layers"]
    reference = tensors(path)
    if reference[0][0] is None:  # names differ: by shape and values
        def order(shape, low, high, mean): return (tuple(shape), low, high, round(mean, 9))
        layers.sort(key=lambda l: order(l["shape"], l["stats"]["min"], l["stats"]["max"], l["stats"]["mean"]))
        reference.sort(key=lambda r: order(np.shape(r[1]), float(np.min(r[1])), float(np.max(r[1])), float(np.mean(r[1], dtype=np.float64))))
        pairs = list(zip(layers, (x for _, x in reference)))
        problems = [] if len(layers) == len(reference) else [f"{len(layers)} layers instead of {len(reference)}"]
    else:
        known = {name: layer for layer in layers for name in [layer["name"], *layer["tied"]]}
        problems = [f"{name} is missing" for name, _ in reference if name not in known]
        pairs = [(known[name], x) for name, x in reference if name in known]
    for layer, x in pairs:
        if (problem := disagree(layer, x)) is not None:
            problems.append(f"{layer['name']}: {problem}")
    print(path.split("/")[-1], "; ".join(problems[:5]) if problems else f"ok {len(pairs)}")
