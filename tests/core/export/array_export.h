#pragma once
// What tests of exporters of arrays share: a model, its export, and the values a foreign reader has to find.

#include "core/export/exporter.h"
#include "core/export/quantized_file.h"
#include "core/recipe/recipe.h"
#include "tests/support/model_builders.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bw::test {

/// "NAME 3x4 SHA-256 of the float32 values" of each layer in the order of their names, a line each.
std::string valueLines(const QuantizedModel& model);
bool allOk(const std::vector<VerifyCheck>& checks);

/// Exports of a small model into a file of that name, decoded by a Python program.
class ArrayExport : public testing::Test
{
protected:
    ArrayExport(const char* name, const char* decode)
        : m_target(m_folder / name)
        , m_decode(decode)
    {
    }

    const std::filesystem::path& target() const { return m_target; }
    QuantizedModelPtr quantized(const std::string& format) const;
    ExportReceipt exported(const QuantizedModel& model, bool dequantized = false) const;
    std::string decoded() const { return runPython(m_decode, { m_target.string() }); }
    void useModel(const std::vector<NamedView>& tensors);
    /// Opened by Bitwright, the export has the engine's values.
    void expectOpensAgain(const std::string& format) const;
    /// The exact size beforehand, and the sum over layers within `tolerance` bytes of it.
    void expectSizesAreKnown(const std::string& format, double tolerance) const;

    TempDir m_folder;
    ModelPtr m_model = smallModel(m_folder / "in.safetensors");

private:
    std::filesystem::path m_target;
    const char* m_decode;
};

} // namespace bw::test
