#pragma once
// The whole border to LibTorch: the plug-in implements these, nothing else of it is visible. All calls on the engine
// thread (see inference_engine.h).

#include "core/base/job_context.h"
#include "core/model/model.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bw {

/// A batch or its outputs: [n, …] row-major float32.
struct FloatBatch
{
    Shape shape;
    std::vector<float> values;
};

/// A weight as a program keeps it packed, to unpack it whenever it is used: codes, and how they become values, as in
/// CodeValues (core/formats/code_values.h). Positions are those of the matrix with the output channels first.
struct PackedWeight
{
    std::string name;
    Shape shape; ///< the weight's own
    int outAxis = 0; ///< the dimension that comes first in the matrix
    int codeBits = 0; ///< 1…8
    int low = 0;
    std::uint64_t rowLength = 0;
    std::uint64_t groupLength = 0;
    std::uint64_t groupsPerRow = 0;
    bool isTablePerRow = false;
    TensorView codes; ///< U8, one dimension: packed, see bit_stream.h
    TensorView scales; ///< F16 or F32, one per group; no values: all 1
    TensorView zeroPoints; ///< U8, one per group; no values: all 0
    TensorView codebook; ///< F32, tables × levels; no values: integers
    TensorView values; ///< what unpacking has to give, in the weight's own shape
};

/// What of a program is replaced when it is saved.
struct ProgramParts
{
    std::vector<std::pair<std::string, TensorView>> weights; ///< plain values, by name
    std::vector<PackedWeight> packed;
    std::map<std::string, std::string> notes; ///< texts kept in the archive as "extra/NAME"
};

/// What a packed weight NAME leaves in a program: NAME without values, and these beside it.
inline constexpr const char* packedWeightParts[] { "_codes", "_scales", "_zero_points", "_codebook" };
inline constexpr const char* packedWeightForm = "_form"; ///< numbers that unpacking needs

class PartialRuns;

/// A model ready to run, with weights that can be swapped. The file it came from is never touched.
class InferenceSession
{
public:
    virtual ~InferenceSession() = default;
    /// Layers whose weights can be swapped (ties count once, under their first name).
    virtual std::vector<std::string> swappableWeights() const = 0;
    /// Replaces a weight by values of the same shape; all ties follow. Error{BadInput} for an unknown name or another
    /// shape.
    virtual void setWeight(const std::string& layerName, const TensorView& values) = 0;
    virtual void restoreWeights() = 0;
    /// Outputs, usually [n, classes]. Runs do not influence one another, also of models that keep a state.
    /// Error{Backend} with the engine's own words if the model refuses the input; Canceled between operators.
    virtual FloatBatch run(const FloatBatch& inputs, const JobContext& ctx = {}) = 0;
    /// Runs that start in the middle (partial_runs.h), for at most `slots` batches, keeping at most about
    /// `memoryBudget` bytes of values between runs (inputs come on top). nullptr: the backend has only whole runs.
    virtual std::unique_ptr<PartialRuns> partialRuns(std::size_t slots, std::uint64_t memoryBudget);
    /// Writes the module as opened (not frozen) with the given parts replaced; the file opens in LibTorch and here.
    /// Error{Verification}: unpacking, tried out, gives other values; {Unsupported}: a weight that cannot be packed.
    virtual void save(const std::filesystem::path& path, const ProgramParts& parts) = 0;
};

class ObservationSession;
struct WatchedLayer;

class InferenceBackend
{
public:
    virtual ~InferenceBackend() = default;
    /// "LibTorch 1.13.1"
    virtual std::string version() const = 0;
    /// Opens a model file after scanning it for operators that could touch files, processes or Python. Error{Refused}
    /// names the operator and where it is.
    virtual ModelPtr openModel(const std::filesystem::path& path, const JobContext& ctx) = 0;
    virtual std::unique_ptr<InferenceSession> openSession(const std::filesystem::path& path, const JobContext& ctx) = 0;
    /// A session that watches some weights (see observation.h). Error{Unsupported}: this backend has none.
    virtual std::unique_ptr<ObservationSession> openObservation(
        const std::filesystem::path& path, const std::vector<WatchedLayer>& layers, const JobContext& ctx);
};

/// The plug-in's one exported function.
extern "C" using MakeInferenceBackend = InferenceBackend * (*)(int threads);
inline constexpr const char* makeInferenceBackendSymbol = "bitwrightMakeInferenceBackend";

} // namespace bw
