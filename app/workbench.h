#pragma once

#include "app/document/derived_results.h"
#include "app/document/exponent_results.h"
#include "app/document/session_document.h"
#include "app/jobs/job_runner.h"
#include "app/jobs/lanes.h"

namespace bw {

/// All that outlives a view: the lanes, the jobs, the document and what is derived from it. Torn down in this order:
/// jobs are told to stop, the lanes run empty, then the document goes.
class Workbench
{
public:
    Workbench();
    ~Workbench();
    Workbench(const Workbench&) = delete;
    Workbench& operator=(const Workbench&) = delete;

    Lanes lanes;
    JobRunner jobs;
    SessionDocument document;
    DerivedResults derived;
    ExponentResults exponents;
};

} // namespace bw
