"""make_models.py FOLDER: ONNX models whose weights are used in every way exports must not break."""
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

folder = sys.argv[1]
random = np.random.RandomState(7)


def weight(name, *shape, dtype=np.float32):
    return numpy_helper.from_array(random.randn(*shape).astype(dtype), name)


def value(name, shape, dtype=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, dtype, shape)


def save(name, nodes, inputs, outputs, tensors, opset=13, ir=7, **more):
    graph = helper.make_graph(nodes, name + " graph", inputs, outputs, tensors, doc_string="kept", **more)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid("other", 3)],
                              ir_version=ir, producer_name="somebody")
    helper.set_model_props(model, {"license": "kept", "bitwright.recipe": "an earlier one"})
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(folder, name + ".onnx"))
    return model


node = helper.make_node
x, y = value("x", [2, 20]), value("y", [None, None])
# Every convention of which dimension the outputs are.
layers = [
    node("Gemm", ["x", "gemm_b", "c30"], ["a"], transB=0),          # [in, out]
    node("Gemm", ["a", "gemm_t", "c25"], ["b"], transB=1),          # [out, in]
    node("MatMul", ["b", "matmul"], ["c"]),                  # [in, out]
    node("Reshape", ["c", "as_image"], ["d"]),
    node("ConvTranspose", ["d", "transposed"], ["e"]),       # [in, out, h, w]
    node("Conv", ["e", "conv"], ["f"]),                      # [out, in, h, w]
    node("GlobalAveragePool", ["f"], ["pooled"]),
    node("Flatten", ["pooled"], ["y"]),
]
tensors = [weight("gemm_b", 20, 30), weight("gemm_t", 25, 30), weight("matmul", 25, 3 * 4 * 4),
           numpy_helper.from_array(np.array([2, 3, 4, 4]), "as_image"), weight("transposed", 3, 5, 2, 3),
           weight("conv", 7, 5, 3, 3), weight("c30", 30), weight("c25", 25)]
axes = save("axes", layers, [x], [y], tensors)
for opset, ir in ((7, 3), (9, 4), (10, 5), (11, 6), (17, 8)):
    inputs = [x] + ([value(t.name, list(t.dims), t.data_type) for t in tensors] if ir < 5 else [])
    save("opset%d" % opset, layers, inputs, [y], tensors, opset, ir)
onnx.save(axes, os.path.join(folder, "external.onnx"), save_as_external_data=True, location="external.data",
          size_threshold=0)

# One weight for two nodes and as an output of the graph; names that exports would have given.
save("shared", [node("MatMul", ["x", "w"], ["w_quantized"]), node("MatMul", ["w_quantized", "w"], ["w_scale"],
     name="w_DequantizeLinear"), node("Identity", ["w_scale"], ["w_Cast"]), node("Add", ["w_Cast", "w"], ["y"])],
     [value("x", [20, 20])], [y, value("w", [20, 20])], [weight("w", 20, 20), weight("w_scale_2", 3)],
     value_info=[value("w_scale", [20, 20])])

# Used in branches only, and names taken in there; a constant as a weight, behind other nodes.
then = helper.make_graph([node("MatMul", ["x", "w"], ["inside_quantized"]), node("Identity", ["inside_quantized"],
                         ["w_quantized"])], "then", [], [value("w_quantized", [2, 9])])
other = helper.make_graph([node("MatMul", ["x", "v"], ["else_out"])], "else", [], [value("else_out", [2, 9])],
                          [weight("own", 20, 9)])
save("branches", [node("ReduceMax", ["x"], ["m"], keepdims=0), node("Cast", ["m"], ["flag"], to=TensorProto.BOOL),
     node("Constant", [], ["v"], value=weight("", 20, 9)),
     node("If", ["flag"], ["z"], then_branch=then, else_branch=other), node("MatMul", ["x", "v"], ["u"]),
     node("Add", ["u", "z"], ["y"])], [x], [y], [weight("w", 20, 9)])

# float16 and float64 graphs.
for dtype, number, name in ((np.float16, TensorProto.FLOAT16, "half"), (np.float64, TensorProto.DOUBLE, "double")):
    save(name, [node("MatMul", ["x", "w"], ["y"])], [value("x", [2, 20], number)], [value("y", [None, None], number)],
         [weight("w", 20, 12, dtype=dtype)])

# Quantized already; and layers in integer arithmetic.
codes = numpy_helper.from_array(random.randint(-128, 128, (20, 12)).astype(np.int8), "q")
scale = numpy_helper.from_array(np.abs(random.randn(12)).astype(np.float32), "s")
save("quantized", [node("DequantizeLinear", ["q", "s"], ["w"], axis=1), node("MatMul", ["x", "w"], ["y"])],
     [x], [y], [codes, scale])
save("codes", [node("DequantizeLinear", ["q", "s"], ["w"], axis=1), node("DequantizeLinear", ["q", "s"], ["v"], axis=1),
     node("MatMul", ["x", "w"], ["a"]), node("MatMul", ["x", "v"], ["b"]), node("Add", ["a", "b"], ["y"])],
     [x], [y], [codes, scale])
# Weights of zeros, and channels of zeros among others.
zeros = random.randn(8, 20).astype(np.float32)
zeros[2] = 0
zeros[5] = -np.abs(zeros[5])
save("zeros", [node("Gemm", ["x", "w", "c"], ["y"], transB=1)], [x], [y],
     [numpy_helper.from_array(zeros, "w"), weight("c", 8)])
# An operator that means something else later; local ones of other domains; a graph without nodes.
save("softmax", [node("MatMul", ["x", "w"], ["a"]), node("Softmax", ["a"], ["y"])], [x], [y], [weight("w", 20, 6)], 11)
