#include "widgets/panels/layer_panel.h"

#include "widgets/delegates/histogram_sparkline.h"
#include "widgets/delegates/table_delegate.h"
#include "widgets/empty_note.h"
#include "widgets/icons.h"
#include "widgets/models/layer_filter_proxy.h"
#include "widgets/models/roles.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QStackedLayout>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <utility>

namespace bw {

namespace {
constexpr int cellPadding = 12;
constexpr int leastNameDigits = 10;
constexpr int usualDigits[LayerTableModel::ColumnCount] = { 17, 7, 8, 4, 8, 6, 10, 12, 10, 8, 8 };
/// What gives way first, and how far.
constexpr std::array<std::pair<int, int>, 3> narrowDigits { { { LayerTableModel::SparklineColumn, 4 },
    { LayerTableModel::FormatColumn, 6 }, { LayerTableModel::ErrorColumn, 6 } } };
} // namespace

struct LayerPanel::Private
{
    LayerPanel* q;
    LayerTableModel model;
    LayerFilterProxy proxy;
    QLineEdit* filter = nullptr;
    QToolButton* showFixed = nullptr;
    bool areFixedWanted = false;
    QTableView* table = nullptr;
    EmptyNote* empty = nullptr;
    QStackedLayout* pages = nullptr;
    ToneLabel* counts = nullptr;
    QString emptyText;
    bool isSetting = false;
    bool isFitting = false;
    /// Columns whose width the user chose.
    std::array<bool, LayerTableModel::ColumnCount> isChosenWidth {};

    void buildTable();
    void showColumnsMenu(QPoint position);
    void showCounts();
    void showPage();
    void showFixedLayers();
    int fixedCount() const;
    int digits(int count) const;
    void fitColumns();
    LayerId idAt(const QModelIndex& index) const
    {
        LayerId id;
        id.value = index.isValid() ? index.data(LayerIdRole).toUInt() : id.value;
        return id;
    }
};

LayerPanel::LayerPanel(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->proxy.setSourceModel(&d->model);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 4);
    layout->setSpacing(8);
    d->filter = new QLineEdit(this);
    d->filter->setObjectName(QStringLiteral("layerFilter"));
    d->filter->setPlaceholderText(tr("Filter by words or a /regular expression/"));
    d->filter->setAccessibleName(tr("Filter layers"));
    d->filter->setClearButtonEnabled(true);
    d->filter->addAction(themedIcon(IconName::Search), QLineEdit::LeadingPosition);
    d->showFixed = new QToolButton(this);
    d->showFixed->setObjectName(QStringLiteral("showFixed"));
    d->showFixed->setText(tr("All"));
    d->showFixed->setCheckable(true);
    d->showFixed->setToolTip(tr("List biases, normalisations and other layers that stay as they are, too"));
    d->showFixed->setAccessibleName(tr("List layers that stay as they are"));
    auto* top = new QHBoxLayout;
    top->setSpacing(4);
    top->addWidget(d->filter, 1);
    top->addWidget(d->showFixed);
    layout->addLayout(top);
    d->buildTable();
    d->empty = new EmptyNote(this);
    d->pages = new QStackedLayout;
    d->pages->addWidget(d->table);
    d->pages->addWidget(d->empty);
    layout->addLayout(d->pages, 1);
    d->counts = new ToneLabel(Tone::Muted, this);
    d->counts->setScale(0.92);
    d->counts->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    layout->addWidget(d->counts);

    connect(d->filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        d->proxy.setFilterText(text);
        d->showPage();
        d->showCounts();
    });
    connect(d->showFixed, &QToolButton::clicked, this, [this](bool isOn) {
        d->areFixedWanted = isOn;
        d->showFixedLayers();
    });
    connect(&d->model, &QAbstractItemModel::modelReset, this, [this] { d->showFixedLayers(); });
    d->showFixedLayers();
}

LayerPanel::~LayerPanel()
{
    // The view goes before the models it shows.
    delete std::exchange(d->table, nullptr);
}

void LayerPanel::Private::buildTable()
{
    table = new QTableView(q);
    table->setObjectName(QStringLiteral("layerTable"));
    table->setAccessibleName(tr("Layers"));
    table->setModel(&proxy);
    table->setItemDelegate(new TableDelegate(table));
    table->setItemDelegateForColumn(LayerTableModel::SparklineColumn, new HistogramSparkline(table));
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTextElideMode(Qt::ElideLeft);
    table->setTabKeyNavigation(false);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(std::max(26, table->fontMetrics().height() + 8));
    QHeaderView* header = table->horizontalHeader();
    header->setSectionsMovable(true);
    header->setHighlightSections(false);
    header->setSortIndicatorClearable(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setMinimumSectionSize(40);
    table->setSortingEnabled(true);
    for (int column = 0; column < LayerTableModel::ColumnCount; ++column) {
        table->setColumnWidth(column, digits(usualDigits[column]) + cellPadding);
    }
    for (const int column : { LayerTableModel::SqnrColumn, LayerTableModel::KindColumn, LayerTableModel::ShapeColumn,
             LayerTableModel::ParametersColumn, LayerTableModel::KurtosisColumn, LayerTableModel::OutliersColumn }) {
        table->setColumnHidden(column, true);
    }
    table->viewport()->installEventFilter(q);
    QObject::connect(header, &QHeaderView::sectionResized, q, [this](int column) {
        if (!isFitting && column != LayerTableModel::NameColumn) {
            isChosenWidth[static_cast<std::size_t>(column)] = true;
            fitColumns();
        }
    });
    QObject::connect(
        header, &QWidget::customContextMenuRequested, q, [this](QPoint position) { showColumnsMenu(position); });
    QObject::connect(table->selectionModel(), &QItemSelectionModel::selectionChanged, q, [this] {
        showCounts();
        if (!isSetting) {
            Q_EMIT q->selectionEdited(q->selection());
        }
    });
    QObject::connect(
        table->selectionModel(), &QItemSelectionModel::currentRowChanged, q, [this](const QModelIndex& current) {
            if (!isSetting && current.isValid()) {
                Q_EMIT q->currentLayerChanged(idAt(current));
            }
        });
    QObject::connect(table, &QAbstractItemView::activated, q,
        [this](const QModelIndex& index) { Q_EMIT q->layerActivated(idAt(index)); });
}

void LayerPanel::Private::showColumnsMenu(QPoint position)
{
    auto* menu = new QMenu(q);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int column = 1; column < LayerTableModel::ColumnCount; ++column) {
        QAction* action = menu->addAction(model.headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!table->isColumnHidden(column));
        QObject::connect(action, &QAction::toggled, table, [this, column](bool isShown) {
            const bool wasChosen = isChosenWidth[static_cast<std::size_t>(column)];
            table->setColumnHidden(column, !isShown);
            isChosenWidth[static_cast<std::size_t>(column)] = wasChosen;
            fitColumns();
        });
    }
    menu->popup(table->horizontalHeader()->mapToGlobal(position));
}

/// Digits are as wide in every language; the average character of a Chinese font is twice that.
int LayerPanel::Private::digits(int count) const
{
    return count * table->fontMetrics().horizontalAdvance(QLatin1Char('0'));
}

/// Names get what the other columns leave. Where that is little, the others give way too, so that the error is not the
/// one that is out of sight.
void LayerPanel::Private::fitColumns()
{
    isFitting = true;
    const int room = table->viewport()->width();
    int others = 0;
    for (int column = 1; column < LayerTableModel::ColumnCount; ++column) {
        const bool isUsual = !isChosenWidth[static_cast<std::size_t>(column)] && !table->isColumnHidden(column);
        if (isUsual) {
            table->setColumnWidth(column, digits(usualDigits[column]) + cellPadding);
        }
        others += table->columnWidth(column);
    }
    int shortage = others + digits(leastNameDigits) - room;
    for (const auto& [column, least] : narrowDigits) {
        if (shortage <= 0 || isChosenWidth[static_cast<std::size_t>(column)] || table->isColumnHidden(column)) {
            continue;
        }
        const int width = table->columnWidth(column);
        table->setColumnWidth(column, std::max(digits(least) + cellPadding, width - shortage));
        shortage -= width - table->columnWidth(column);
        others -= width - table->columnWidth(column);
    }
    table->setColumnWidth(LayerTableModel::NameColumn, std::max(digits(leastNameDigits), room - others));
    isFitting = false;
}

bool LayerPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize && d->table != nullptr && watched == d->table->viewport()) {
        d->fitColumns();
    }
    return QWidget::eventFilter(watched, event);
}

void LayerPanel::Private::showCounts()
{
    if (!proxy.filterProblem().isEmpty()) {
        counts->setTone(Tone::Error);
        counts->setText(tr("This expression cannot be used: %1.").arg(proxy.filterProblem()));
        return;
    }
    counts->setTone(Tone::Muted);
    const int all = model.rowCount();
    const int shown = proxy.rowCount();
    const auto selected = table->selectionModel()->selectedRows().size();
    const int hidden = proxy.isFixedHidden() ? fixedCount() : 0;
    const QString listed = shown == all - hidden
        ? tr("%n layers", nullptr, shown)
        : tr("%1 of %n layers", nullptr, all - hidden).arg(countText(static_cast<qulonglong>(shown)));
    const QString layers = hidden == 0 ? listed : tr("%1, %n more stay as they are", nullptr, hidden).arg(listed);
    counts->setText(all == 0 ? QString()
            : selected > 1   ? tr("%1, %2 selected").arg(layers, countText(static_cast<qulonglong>(selected)))
                             : layers);
}

void LayerPanel::Private::showPage()
{
    const bool hasRows = proxy.rowCount() > 0;
    if (!hasRows) {
        empty->setText(model.rowCount() > 0 ? tr("No layer matches the filter.")
                : emptyText.isEmpty()       ? tr("Open a model to see its layers.")
                                            : emptyText);
    }
    pages->setCurrentWidget(hasRows ? static_cast<QWidget*>(table) : empty);
}

int LayerPanel::Private::fixedCount() const
{
    int count = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
        count += model.rowAt(row).isFixed ? 1 : 0;
    }
    return count;
}

void LayerPanel::Private::showFixedLayers()
{
    const int fixed = fixedCount();
    const bool areAllFixed = fixed == model.rowCount();
    showFixed->setVisible(fixed > 0 && !areAllFixed);
    showFixed->setChecked(areFixedWanted);
    proxy.setFixedHidden(!areFixedWanted && !areAllFixed);
    showPage();
    showCounts();
}

void LayerPanel::setFixedShown(bool areShown)
{
    d->areFixedWanted = areShown;
    d->showFixedLayers();
}

bool LayerPanel::areFixedShown() const
{
    return d->areFixedWanted;
}

LayerTableModel& LayerPanel::model()
{
    return d->model;
}

void LayerPanel::setEmptyText(const QString& text)
{
    d->emptyText = text;
    d->showPage();
}

void LayerPanel::setSelection(const std::vector<LayerId>& layers)
{
    const auto isHidden = [this](LayerId id) {
        const LayerRow* row = d->model.row(id);
        return row != nullptr && row->isFixed && d->proxy.isFixedHidden();
    };
    if (std::any_of(layers.begin(), layers.end(), isHidden)) {
        setFixedShown(true);
    }
    d->isSetting = true;
    QItemSelection wanted;
    QModelIndex current;
    for (const LayerId id : layers) {
        const int row = d->model.rowOf(id);
        const QModelIndex index = row < 0 ? QModelIndex() : d->proxy.mapFromSource(d->model.index(row, 0));
        if (index.isValid()) {
            wanted.select(index, index);
            current = current.isValid() ? current : index;
        }
    }
    QItemSelectionModel* selection = d->table->selectionModel();
    if (current.isValid()) {
        selection->setCurrentIndex(current, QItemSelectionModel::NoUpdate);
        d->table->scrollTo(current);
    }
    selection->select(wanted, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    d->isSetting = false;
}

std::vector<LayerId> LayerPanel::selection() const
{
    QModelIndexList rows = d->table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
    std::vector<LayerId> ids;
    for (const QModelIndex& index : rows) {
        ids.push_back(d->idAt(index));
    }
    return ids;
}

LayerId LayerPanel::currentLayer() const
{
    return d->idAt(d->table->currentIndex());
}

void LayerPanel::setFilterText(const QString& text)
{
    d->filter->setText(text);
}

QString LayerPanel::filterText() const
{
    return d->filter->text();
}

void LayerPanel::focusFilter()
{
    d->filter->setFocus(Qt::ShortcutFocusReason);
    d->filter->selectAll();
}

QByteArray LayerPanel::saveState() const
{
    return d->table->horizontalHeader()->saveState();
}

void LayerPanel::restoreState(const QByteArray& state)
{
    d->isFitting = true;
    d->table->horizontalHeader()->restoreState(state);
    for (int column = 1; column < LayerTableModel::ColumnCount; ++column) {
        d->isChosenWidth[static_cast<std::size_t>(column)]
            = d->table->columnWidth(column) > d->digits(usualDigits[column]) + cellPadding;
    }
    d->isFitting = false;
    d->fitColumns();
}

QSize LayerPanel::sizeHint() const
{
    return { 430, 600 };
}

} // namespace bw
