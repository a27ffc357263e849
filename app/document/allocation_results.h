#pragma once

#include "app/document/allocation_plan.h"
#include "app/jobs/job_runner.h"
#include "core/sensitivity/sensitivity.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bw {

class CoalescingJob;
class DerivedResults;
class JobRunner;
class Lanes;
class SessionDocument;

/// Settings with everything filled in that the user left open.
struct AllocationInputsUsed
{
    const Sensitivity* kind = nullptr;
    std::string dataLocation; ///< empty: none
    std::string importance; ///< matrix; empty: none
    std::vector<QuantFormat> formats;
    std::string exporter;
    bool operator==(const AllocationInputsUsed&) const = default;
    /// Whether damages of the one serve the other; `exporter` has no part in them.
    bool hasSameDamages(const AllocationInputsUsed& other) const
    {
        return kind == other.kind && formats == other.formats
            && (!kind->needsData || dataLocation == other.dataLocation)
            && (!kind->needsMatrix || importance == other.importance);
    }
};

/// Damages and the ground allocations are made on, recomputed as the session asks. What was computed for other inputs
/// stays until there is something newer, as stale. GUI thread; the work runs on lanes.
class AllocationResults : public QObject
{
    Q_OBJECT
public:
    AllocationResults(
        SessionDocument& document, DerivedResults& derived, JobRunner& jobs, Lanes& lanes, QObject* parent = nullptr);
    ~AllocationResults() override;

    AllocationInputsUsed inputs() const;
    /// Why damages cannot be computed; empty if they can.
    QString whyNot() const;
    QString whyNot(const Sensitivity& kind) const;
    /// A job with progress; shows in the list of jobs too.
    void compute();
    /// The same with another kind for comparison ("measured"), beside the one that is used.
    void computeKind(const Sensitivity& kind);
    void cancel();
    bool isComputing() const { return m_job != 0; }
    std::optional<JobInfo> job() const;

    /// Null: nothing is known yet.
    const AllocationGroundPtr& ground() const { return m_ground; }
    /// Damages are of other inputs than the session asks for.
    bool isStale() const;
    /// Locks, ties or limits are not yet in ground().
    bool isBuilding() const { return m_isBuilding; }
    /// Why there is no ground for what is held fast.
    const std::optional<Error>& failure() const { return m_failure; }
    /// Damages of this kind for the session's model, data and formats, as they were measured; null if not computed.
    /// What formats are chosen by may be moved towards a prediction (core/sensitivity/shrink_damage.h).
    std::shared_ptr<const DamageTable> tableOf(const Sensitivity& kind) const;

Q_SIGNALS:
    void changed();
    /// A new ground stands.
    void rebuilt();

private:
    struct Known
    {
        AllocationInputsUsed inputs;
        std::shared_ptr<const DamageTable> measured;
        std::shared_ptr<const DamageTable> choosing;
    };
    using TableOfKnown = std::shared_ptr<const DamageTable> Known::*;
    void openModel();
    void refresh();
    void rebuild();
    std::shared_ptr<const DamageTable> known(const AllocationInputsUsed& inputs, TableOfKnown which) const;
    void store(Known known);

    SessionDocument& m_document;
    DerivedResults& m_derived;
    JobRunner& m_jobs;
    Lanes& m_lanes;
    std::vector<Known> m_known; ///< of this model, newest last
    std::shared_ptr<const DamageTable> m_table;
    AllocationGroundPtr m_ground;
    std::optional<Error> m_failure;
    bool m_isBuilding = false;
    quint64 m_job = 0;
    std::unique_ptr<CoalescingJob> m_build;
};

/// Where damages, captures and measurements are kept between starts.
std::filesystem::path allocationCacheFolder();
/// 2 to 8 bits of a format's family, scaled as it is.
std::vector<QuantFormat> usualFormats(const QuantFormat& like);
/// Calibration data that belongs to evaluation data: a file beside it named "…calib…" that begins the same way; empty
/// if there is none.
std::string calibrationDataFor(const std::string& modelPath, const std::string& dataLocation);

} // namespace bw
