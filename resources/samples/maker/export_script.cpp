#include "export_script.h"

#include <torch/script.h>

#include <sstream>

namespace bw {

namespace {

using ScriptModule = torch::jit::Module;
using Unit = std::shared_ptr<torch::jit::CompilationUnit>;

ScriptModule emptyModule(const char* type, const Unit& unit)
{
    ScriptModule module(c10::QualifiedName(std::string("__torch__.shapes.") + type), unit, true);
    module.register_attribute("training", c10::BoolType::get(), false);
    return module;
}

std::string list(at::ArrayRef<std::int64_t> values)
{
    std::ostringstream out;
    out << '[' << values[0] << ", " << values[1] << ']';
    return out.str();
}

ScriptModule script(const torch::nn::Conv2d& conv, const Unit& unit)
{
    ScriptModule module = emptyModule("Conv2d", unit);
    module.register_parameter("weight", conv->weight.detach(), false);
    const auto& options = conv->options;
    const auto& padding = c10::get<torch::ExpandingArray<2>>(options.padding());
    std::ostringstream code;
    code << "def forward(self, x: Tensor) -> Tensor:\n    return torch.conv2d(x, self.weight, None, "
         << list(*options.stride()) << ", " << list(*padding) << ", " << list(*options.dilation()) << ", "
         << options.groups() << ")\n";
    module.define(code.str());
    return module;
}

ScriptModule script(const torch::nn::BatchNorm2d& norm, const Unit& unit)
{
    ScriptModule module = emptyModule("BatchNorm2d", unit);
    module.register_parameter("weight", norm->weight.detach(), false);
    module.register_parameter("bias", norm->bias.detach(), false);
    module.register_buffer("running_mean", norm->running_mean);
    module.register_buffer("running_var", norm->running_var);
    module.define(R"(
def forward(self, x: Tensor) -> Tensor:
    return torch.batch_norm(x, self.weight, self.bias, self.running_mean, self.running_var, False, 0.1, 1e-05, False)
)");
    return module;
}

ScriptModule script(const torch::nn::Linear& linear, const Unit& unit)
{
    ScriptModule module = emptyModule("Linear", unit);
    module.register_parameter("weight", linear->weight.detach(), false);
    module.register_parameter("bias", linear->bias.detach(), false);
    module.define(R"(
def forward(self, x: Tensor) -> Tensor:
    return torch.linear(x, self.weight, self.bias)
)");
    return module;
}

ScriptModule script(const Residual& block, const Unit& unit)
{
    ScriptModule module = emptyModule("Residual", unit);
    module.register_module("conv1", script(block->m_conv1, unit));
    module.register_module("bn1", script(block->m_bn1, unit));
    module.register_module("conv2", script(block->m_conv2, unit));
    module.register_module("bn2", script(block->m_bn2, unit));
    module.define(R"(
def forward(self, x: Tensor) -> Tensor:
    inner = torch.relu(self.bn1.forward(self.conv1.forward(x)))
    return torch.relu(x + self.bn2.forward(self.conv2.forward(inner)))
)");
    return module;
}

ScriptModule script(const Features& features, const Unit& unit)
{
    ScriptModule module = emptyModule("Features", unit);
    module.register_module("conv1", script(features->m_conv1, unit));
    module.register_module("bn1", script(features->m_bn1, unit));
    module.register_module("conv2", script(features->m_conv2, unit));
    module.register_module("bn2", script(features->m_bn2, unit));
    module.register_module("depthwise3", script(features->m_depthwise3, unit));
    module.register_module("bn3", script(features->m_bn3, unit));
    module.register_module("pointwise4", script(features->m_pointwise4, unit));
    module.register_module("bn4", script(features->m_bn4, unit));
    module.register_module("residual5", script(features->m_residual5, unit));
    module.register_module("depthwise6", script(features->m_depthwise6, unit));
    module.register_module("bn6", script(features->m_bn6, unit));
    module.register_module("pointwise7", script(features->m_pointwise7, unit));
    module.register_module("bn7", script(features->m_bn7, unit));
    module.register_module("grouped8", script(features->m_grouped8, unit));
    module.register_module("bn8", script(features->m_bn8, unit));
    module.register_module("pointwise9", script(features->m_pointwise9, unit));
    module.register_module("bn9", script(features->m_bn9, unit));
    module.define(R"(
def forward(self, x: Tensor) -> Tensor:
    x = torch.max_pool2d(torch.relu(self.bn1.forward(self.conv1.forward(x))), [2, 2])
    x = torch.relu(self.bn2.forward(self.conv2.forward(x)))
    x = torch.relu(self.bn3.forward(self.depthwise3.forward(x)))
    x = torch.max_pool2d(torch.relu(self.bn4.forward(self.pointwise4.forward(x))), [2, 2])
    x = self.residual5.forward(x)
    x = torch.relu(self.bn6.forward(self.depthwise6.forward(x)))
    x = torch.relu(self.bn7.forward(self.pointwise7.forward(x)))
    x = torch.relu(self.bn8.forward(self.grouped8.forward(x)))
    return torch.relu(self.bn9.forward(self.pointwise9.forward(x)))
)");
    return module;
}

ScriptModule script(const Classifier& classifier, const Unit& unit)
{
    ScriptModule module = emptyModule("Classifier", unit);
    module.register_module("fc1", script(classifier->m_fc1, unit));
    module.register_module("fc2", script(classifier->m_fc2, unit));
    module.define(R"(
def forward(self, x: Tensor) -> Tensor:
    return self.fc2.forward(torch.relu(self.fc1.forward(torch.flatten(x, 1))))
)");
    return module;
}

} // namespace

void exportScript(const ShapesNet& net, const std::filesystem::path& file)
{
    const Unit unit = std::make_shared<torch::jit::CompilationUnit>();
    ScriptModule module = emptyModule("ShapesNet", unit);
    module.register_module("features", script(net->m_features, unit));
    module.register_module("classifier", script(net->m_classifier, unit));
    module.define(R"(
def forward(self, x: Tensor) -> Tensor:
    return self.classifier.forward(self.features.forward(x))
)");
    module.save(file.string());
}

} // namespace bw
