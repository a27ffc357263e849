#include "widgets/plots/outliers_view.h"

#include "widgets/empty_note.h"
#include "widgets/models/layer_filter_proxy.h"
#include "widgets/models/outlier_table_model.h"
#include "widgets/plots/outlier_strip.h"
#include "widgets/plots/plot_header.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/quiet_table.h"
#include "widgets/text.h"

#include <QHeaderView>
#include <QStackedLayout>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace bw {

std::vector<std::int64_t> coordinatesOf(std::uint64_t index, const Shape& shape)
{
    std::vector<std::int64_t> coordinates(shape.size());
    for (std::size_t i = shape.size(); i-- > 0;) {
        if (shape[i] <= 0) {
            return {};
        }
        const auto size = static_cast<std::uint64_t>(shape[i]);
        coordinates[i] = static_cast<std::int64_t>(index % size);
        index /= size;
    }
    return index == 0 ? coordinates : std::vector<std::int64_t> {};
}

struct OutliersView::Private
{
    OutliersView* q;
    OutlierTableModel model;
    LayerFilterProxy proxy;
    PlotHeader* header = nullptr;
    QStackedLayout* pages = nullptr;
    QWidget* content = nullptr;
    OutlierStrip* strip = nullptr;
    QTableView* table = nullptr;
    EmptyNote* empty = nullptr;

    void buildTable();
    void activate(int row) const
    {
        const Outlier& outlier = model.picture().outliers[static_cast<std::size_t>(row)];
        Q_EMIT q->outlierActivated(outlier.index, static_cast<double>(outlier.value));
    }
};

OutliersView::OutliersView(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    d->header = new PlotHeader(this);
    layout->addWidget(d->header);
    d->content = new QWidget(this);
    auto* column = new QVBoxLayout(d->content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    d->strip = new OutlierStrip(d->content);
    column->addWidget(d->strip);
    d->buildTable();
    column->addWidget(d->table, 1);
    d->empty = new EmptyNote(this);
    d->pages = new QStackedLayout;
    d->pages->addWidget(d->content);
    d->pages->addWidget(d->empty);
    layout->addLayout(d->pages, 1);
    connect(d->strip, &OutlierStrip::dotClicked, this, [this](int row) {
        const QModelIndex index = d->proxy.mapFromSource(d->model.index(row, 0));
        d->table->setCurrentIndex(index);
        d->activate(row);
    });
    setFocusProxy(d->table);
    setPicture({});
}

OutliersView::~OutliersView()
{
    // The view goes before the models it shows.
    delete d->table;
}

void OutliersView::Private::buildTable()
{
    proxy.setSourceModel(&model);
    table = makeQuietTable(content, &proxy, tr("Largest weights"));
    table->setObjectName(QStringLiteral("outlierTable"));
    table->setFrameShape(QFrame::NoFrame);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    makeSortable(*table);
    table->horizontalHeader()->setSectionResizeMode(OutlierTableModel::CoordinatesColumn, QHeaderView::Stretch);
    const int digit = table->fontMetrics().horizontalAdvance(QLatin1Char('0'));
    table->setColumnWidth(OutlierTableModel::RankColumn, 8 * digit);
    for (const int column :
        { OutlierTableModel::ValueColumn, OutlierTableModel::SigmaColumn, OutlierTableModel::IndexColumn }) {
        table->setColumnWidth(column, 14 * digit);
    }
    QObject::connect(table, &QAbstractItemView::activated, q,
        [this](const QModelIndex& index) { activate(proxy.mapToSource(index).row()); });
    QObject::connect(
        table->selectionModel(), &QItemSelectionModel::currentRowChanged, q, [this](const QModelIndex& current) {
            strip->setSelected(current.isValid() ? proxy.mapToSource(current).row() : -1);
        });
}

void OutliersView::setPicture(const OutliersPicture& picture)
{
    d->model.setPicture(picture);
    d->strip->setPicture(picture);
    const bool hasData = !picture.outliers.empty();
    d->header->setTitle(picture.title);
    d->header->setNote(
        hasData ? tr("the %n largest weights", nullptr, static_cast<int>(picture.outliers.size())) : QString());
    d->header->setAside(
        hasData && picture.std > 0 ? tr("%1 beyond 3 σ").arg(percentText(picture.share3Sigma, 2)) : QString());
    d->empty->setText(
        picture.emptyText.isEmpty() ? tr("Select a layer to see its largest weights.") : picture.emptyText);
    d->pages->setCurrentWidget(hasData ? d->content : static_cast<QWidget*>(d->empty));
}

const OutliersPicture& OutliersView::picture() const
{
    return d->model.picture();
}

QSize OutliersView::sizeHint() const
{
    return { 700, 480 };
}

} // namespace bw
