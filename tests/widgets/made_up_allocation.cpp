#include "tests/widgets/made_up.h"

#include <algorithm>
#include <cmath>

namespace bw::made_up {

std::vector<AllocationRow> allocationRows(int count)
{
    std::vector<AllocationRow> rows;
    for (int i = 0; i < count; ++i) {
        auto menu = std::make_shared<std::vector<BarChoice>>();
        const double weight = 2000.0 * (1 + i % 7);
        for (int bits = 2; bits <= 8; ++bits) {
            const double real = bits + 0.11 + 0.01 * (i % 5);
            menu->push_back({ QStringLiteral("int%1/c").arg(bits), real, static_cast<qulonglong>(weight * real / 8),
                (1 + i % 11) * std::pow(4.0, -bits) });
        }
        AllocationRow row;
        row.name = QStringLiteral("layer%1.%2.conv%3.weight").arg(1 + i / 18).arg(i / 2 % 9).arg(1 + i % 2);
        row.menu = menu;
        row.chosen = 1 + (i * 5) % 4;
        const BarChoice& choice = (*menu)[static_cast<std::size_t>(row.chosen)];
        row.format = choice.format;
        row.bits = choice.bits;
        row.damage = choice.damage;
        row.share = (1 + i % 7) / (4.0 * count);
        row.cost = std::clamp(1 + std::log10(choice.damage / 0.2) / 3, 0.0, 1.0);
        row.reason = QStringLiteral("+1.0 bits here buy 3.1e-4 nats, more than they would anywhere else");
        row.isLocked = i == 2;
        row.tie = i == 4 || i == 5 ? 1 : 0;
        row.isExcluded = i == 7;
        if (row.isExcluded) {
            row.chosen = -1;
            row.bits = 32;
            row.damage.reset();
        }
        rows.push_back(row);
    }
    return rows;
}

FrontPicture front()
{
    FrontPicture picture;
    for (int i = 0; i <= 240; ++i) {
        const double bits = 2.1 + i * 0.025;
        picture.line.emplace_back(bits, 2.4 * std::pow(3.6, -bits) + 2e-5);
    }
    for (int bits = 2; bits <= 8; ++bits) {
        picture.marks.push_back({ FrontMark::Kind::Uniform, QStringLiteral("int%1/c").arg(bits), bits + 0.12,
            static_cast<qulonglong>(35000 * bits), 5.5 * std::pow(3.6, -bits - 0.12) + 2e-5, 0, 0, {} });
    }
    picture.marks.push_back({ FrontMark::Kind::Kept, QStringLiteral("A"), 3.4, 120000, 0.042, 0, 0, {} });
    picture.marks.push_back({ FrontMark::Kind::Measured, QStringLiteral("Measured KL to float"), 4.6, 158000, 0.031,
        0.026, 0.037, QStringLiteral("top-1 81.2 % [79.4, 82.8], n = 2,000") });
    picture.bits = 4.1;
    picture.askedBits = 4.1;
    picture.damage = 2.4 * std::pow(3.6, -4.1) + 2e-5;
    picture.damageTitle = QStringLiteral("predicted KL to float, nats");
    return picture;
}

BudgetPicture budget()
{
    BudgetPicture picture;
    picture.lowBits = 2.1;
    picture.highBits = 8.1;
    picture.bits = 4.1;
    picture.askedBits = 4.1;
    picture.bytes = 142000;
    picture.bytesBefore = 1090000;
    picture.damage = 0.0126;
    picture.damageTitle = QStringLiteral("predicted KL to float, nats");
    picture.isEnabled = true;
    return picture;
}

std::vector<StepRow> steps()
{
    std::vector<StepRow> rows;
    double damage = 0.02;
    for (int i = 0; i < 12; ++i) {
        const double after = damage * 0.86;
        rows.push_back({ QStringLiteral("layer%1.conv%2.weight").arg(1 + i % 3).arg(1 + i % 2), 7,
            QStringLiteral("int3/c"), QStringLiteral("int4/c"), 1200.0 + 300 * i, damage, after, i < 2,
            QStringLiteral("+1.0 bits here would buy 2.8e-3 nats") });
        damage = after;
    }
    return rows;
}

InputsPicture inputs()
{
    InputsPicture picture;
    picture.kinds = { { QStringLiteral("projected-fisher"), QStringLiteral("Projected Fisher"),
                          QStringLiteral("What an error does to the answers."), {} },
        { QStringLiteral("weight-error"), QStringLiteral("Weight error"), QStringLiteral("The error of the weights."),
            {} } };
    picture.kind = QStringLiteral("projected-fisher");
    picture.dataName = QStringLiteral("shapes_calib1000.safetensors");
    picture.needsData = true;
    for (int bits = 2; bits <= 8; ++bits) {
        picture.formats << QStringLiteral("int%1/c").arg(bits);
    }
    picture.offeredFormats = { QStringLiteral("int4/c"), QStringLiteral("pow4/c") };
    picture.targets = { { QStringLiteral("safetensors"), QStringLiteral("safetensors"), {}, {} } };
    picture.target = QStringLiteral("safetensors");
    picture.canCompute = true;
    return picture;
}

std::vector<DamageRow> damages()
{
    return { { QStringLiteral("conv1.weight"), QStringLiteral("int4/c"), 3.1e-4, 2e-5, 3.4e-4, 4e-5, false, {} },
        { QStringLiteral("conv2.weight"), QStringLiteral("int2/c"), 0.02, 1e-3, 0.21, 0.01, true,
            QStringLiteral("Prediction and measurement differ by more than three times") },
        { QStringLiteral("fc.weight"), QStringLiteral("int3/c"), 1.1e-3, 0, std::nullopt, 0, false, {} } };
}

std::vector<CompareRow> comparison()
{
    return { { QStringLiteral("Size"), QStringLiteral("142 kB, 4.10 bits"), QStringLiteral("120 kB, 3.40 bits"),
                 QStringLiteral("−15 %"), true },
        { QStringLiteral("conv1.weight"), QStringLiteral("int4/c"), QStringLiteral("int3/c"),
            QStringLiteral("−1.0 bits"), false } };
}

} // namespace bw::made_up
