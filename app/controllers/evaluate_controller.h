#pragma once

#include "core/evaluate/evaluation.h"

#include <QObject>

namespace bw {

class Banners;
class Workbench;

/// Measures the float and the quantized model on the session's data, and keeps the result in the session.
class EvaluateController : public QObject
{
    Q_OBJECT
public:
    EvaluateController(Workbench& bench, Banners& banners, QObject* parent = nullptr);

    /// Why it cannot be done; empty if it can.
    QString whyNot() const;
    void evaluate();
    bool isEvaluating() const { return m_job != 0; }
    void cancel();
    /// Samples to use; 0: all.
    void setSampleLimit(quint64 samples) { m_samples = samples; }

Q_SIGNALS:
    void changed();
    /// There is no data yet: somebody has to choose some.
    void dataNeeded();
    void evaluated();

private:
    void ended();

    Workbench& m_bench;
    Banners& m_banners;
    quint64 m_job = 0;
    quint64 m_samples = 0;
};

} // namespace bw
