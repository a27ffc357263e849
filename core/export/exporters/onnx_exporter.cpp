// The model's ONNX graph with low-bit weights, in three ways to say them.

#include "core/export/onnx_contents.h"
#include "core/export/onnx_sizes.h"
#include "core/export/onnx_uses.h"
#include "core/export/probed_layers.h"
#include "core/model/onnx_details.h"

namespace bw {

extern const Exporter onnxExporter;
extern const Exporter onnxInt4Exporter;
extern const Exporter onnxBasicExporter;

namespace {
constexpr OnnxFlavour standard { "onnx", OnnxStyle::Standard };
constexpr OnnxFlavour packed { "onnx-int4", OnnxStyle::Packed };
constexpr OnnxFlavour basic { "onnx-basic", OnnxStyle::Basic };

bool isFlavour(std::string_view id)
{
    return id == standard.id || id == packed.id || id == basic.id;
}

std::vector<Problem> modelProblems(const Model& model, const OnnxFlavour& flavour)
{
    try {
        onnxTarget(model, flavour);
        return {};
    } catch (const Error& error) {
        return { { "", error.message() } };
    }
}

/// Of the layers of a model that can be written.
class Obstacles
{
public:
    Obstacles(const Model& model, const OnnxFlavour& flavour, const ExportOptions& options)
        : m_target(onnxTarget(model, flavour))
        , m_uses(dynamic_cast<const OnnxDetails&>(*model.details()).message)
        , m_isDequantized(options.dequantized)
    {
    }

    /// `tensor`: null of a layer that is kept, or not known yet.
    void add(const LayerInfo& layer, const QuantizedTensor* tensor, std::vector<Problem>& problems) const
    {
        if (tensor == nullptr) {
            return;
        }
        const Text obstacle = m_uses.weightName(layer).empty()
            ? Text(BW_TR_NOOP("core", "the model holds it quantized, and uses its codes as they are"))
            : onnxObstacle(layer, *tensor, m_target, m_isDequantized);
        if (!obstacle.empty()) {
            problems.push_back({ layer.name,
                Text(BW_TR_NOOP("core",
                         "layer %1 cannot be written to an ONNX file: %2. Choose another format for it (f16 and f32 "
                         "can always be written), or write another kind of file"),
                    { printable(layer.name), obstacle.english() }) });
        }
    }

private:
    OnnxTarget m_target;
    OnnxUses m_uses;
    bool m_isDequantized;
};

template <const OnnxFlavour& flavour>
struct Entry
{
    static std::vector<Problem> canPlan(const Model& model, const Plan& plan, const ExportOptions& options)
    {
        auto problems = modelProblems(model, flavour);
        if (!problems.empty()) {
            return problems;
        }
        const Obstacles obstacles(model, flavour, options);
        ProbedLayers probes;
        std::uint64_t least = 0;
        for (const auto& layer : plan.layers) {
            const auto& info = model.layer(layer.layer);
            const auto* tensor = layer.isKept ? nullptr : probes.tensor(info, layer.choice.format);
            obstacles.add(info, tensor, problems);
            if (layer.isKept || options.dequantized) {
                least += info.storedBytes();
            } else if (tensor != nullptr) {
                least += onnxCodeBytes(info, tensor->codec->codeBits(), flavour);
            }
        }
        if (least > onnxMostBytes) {
            problems.insert(problems.begin(),
                { "",
                    Text(BW_TR_NOOP("core",
                             "the weights alone would take %1, but ONNX files end at 2 GB. Choose formats of fewer "
                             "bits, or "
                             "write .safetensors"),
                        { sizeText(least) }) });
        }
        return problems;
    }

    static std::vector<Problem> canExport(const QuantizedModel& model, const ExportOptions& options)
    {
        auto problems = modelProblems(*model.model, flavour);
        if (!problems.empty()) {
            return problems;
        }
        const Obstacles obstacles(*model.model, flavour, options);
        for (const auto& layer : model.model->layers()) {
            const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
            obstacles.add(layer, quantized == nullptr ? nullptr : &(*quantized)->tensor, problems);
        }
        return problems;
    }

    static void write(const QuantizedModel& model, const std::filesystem::path& temporary, const ExportOptions& options,
        const JobContext& ctx)
    {
        writeOnnx(onnxContents(model, options, flavour, ctx), temporary, ctx);
    }

    static void check(const QuantizedModel& model, const std::filesystem::path& written, const ExportOptions& options,
        const JobContext& ctx)
    {
        checkOnnx(onnxGraphContents(model, options, flavour, ctx), model, written, ctx);
    }

    static std::optional<ExportOrigin> origin(const std::filesystem::path& written, const JobContext& ctx)
    {
        ctx.checkpoint();
        auto entries = onnxProvenance(written);
        const bool isKnown = isFlavour(entries[onnx_keys::kind]);
        if (entries.size() > 1 && !isKnown) {
            throw Error(ErrorKind::BadFile,
                Text(BW_TR_NOOP("core", "the file does not say which kind of export it is, or one that is not known")));
        }
        if (entries[onnx_keys::kind] != flavour.id) {
            return std::nullopt;
        }
        ExportOrigin origin;
        origin.sourceSha256 = entries[onnx_keys::sourceHash];
        origin.recipe = entries[onnx_keys::recipe];
        origin.options.dequantized = entries.contains(onnx_keys::dequantized);
        origin.options.toolCommand = entries[onnx_keys::toolCommand];
        return origin;
    }

    static Text intact(const std::filesystem::path& written, const JobContext& ctx)
    {
        requireOnnxHash(written, ctx);
        return BW_TR_NOOP("core", "the file has the SHA-256 it states");
    }

    static std::uint64_t fixedBytes(const Model& model)
    {
        return modelProblems(model, flavour).empty() ? onnxFixedBytes(model, flavour) : 0;
    }

    static std::uint64_t layerBytes(const LayerInfo& layer, const LayerOutline& outline)
    {
        return onnxLayerBytes(layer, outline, flavour);
    }

    static std::uint64_t fileBytes(const QuantizedModel& model, const ExportOptions& options, const JobContext& ctx)
    {
        return onnxFileBytes(model, options, flavour, ctx);
    }

    static constexpr ExportSizes sizes { fixedBytes, layerBytes, fileBytes, onnxKeptBytes };

    static Exporter exporter(const char* title)
    {
        return { .id = flavour.id,
            .title = Text(title),
            .suffix = ".onnx",
            .moreSuffixes = {},
            .canPlan = canPlan,
            .canExport = canExport,
            .write = write,
            .check = check,
            .origin = origin,
            .intact = intact,
            .sizes = &sizes };
    }
};
} // namespace

const Exporter onnxExporter = Entry<standard>::exporter(BW_TR_NOOP("core", "ONNX"));
const Exporter onnxInt4Exporter = Entry<packed>::exporter(BW_TR_NOOP("core", "ONNX, 4-bit (operator set 21)"));
const Exporter onnxBasicExporter
    = Entry<basic>::exporter(BW_TR_NOOP("core", "ONNX without DequantizeLinear (OpenCV 4.6)"));

} // namespace bw
