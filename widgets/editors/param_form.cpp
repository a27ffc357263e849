#include "widgets/editors/param_form.h"

namespace bw {

struct ParamForm::Private
{
    ParamSchema schema;
    ParamValues values;
};

ParamForm::ParamForm(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
ParamForm::~ParamForm() = default;

void ParamForm::setSchema(const ParamSchema& schema) { d->schema = schema; }
const ParamSchema& ParamForm::schema() const { return d->schema; }
void ParamForm::setValues(const ParamValues& values, const QSet<QString>&) { d->values = values; }
ParamValues ParamForm::values() const { return d->values; }
void ParamForm::setProblems(const std::vector<Problem>&) {}
bool ParamForm::isEmpty() const { return d->schema.empty(); }

} // namespace bw
