#include "widgets/panels/format_picker.h"

#include "widgets/delegates/format_delegates.h"
#include "widgets/delegates/table_delegate.h"
#include "widgets/elided_label.h"
#include "widgets/empty_note.h"
#include "widgets/icons.h"
#include "widgets/models/layer_filter_proxy.h"
#include "widgets/models/roles.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QApplication>
#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSet>
#include <QStackedLayout>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace bw {

namespace {

constexpr int largestWidth = 960;
constexpr int largestHeight = 680;
constexpr int margin = 24;
/// Whole bits that one click asks for; scales may take a quarter of a bit more.
constexpr int offeredBits[] = { 2, 3, 4, 5, 6, 8 };
constexpr double roomForScales = 0.25;
constexpr double usualBits = 3.25;

} // namespace

struct FormatPicker::Private
{
    FormatPicker* q;
    PickerPicture picture;
    PickerQuestion question = PickerQuestion::Families;
    FormatTableModel model;
    LayerFilterProxy proxy;

    ElidedLabel* title = nullptr;
    QToolButton* close = nullptr;
    QLineEdit* search = nullptr;
    QPushButton* families = nullptr;
    QDoubleSpinBox* bits = nullptr;
    std::vector<QToolButton*> presets;
    QPushButton* forLayer = nullptr;
    QPushButton* forModel = nullptr;
    QCheckBox* onePerFamily = nullptr;
    QTableView* table = nullptr;
    FormatNameDelegate* names = nullptr;
    LevelsDelegate* levels = nullptr;
    EmptyNote* empty = nullptr;
    QStackedLayout* pages = nullptr;
    ToneLabel* note = nullptr;
    ToneLabel* warning = nullptr;
    QProgressBar* progress = nullptr;
    QToolButton* stop = nullptr;
    bool isSetting = false;

    void build();
    QWidget* buildQuestions();
    void buildTable();
    QLayout* buildFoot();
    void connectControls();
    QPushButton* addButton(QLayout* layout, const QString& text, const QString& help);
    void askBest(PickerQuestion asked);
    void choose(const QModelIndex& index);
    void showQuestion();
    void showPicture();
    std::vector<FormatRow> listedRows() const;
    void fitRows() const;
    void step(int rows);
    bool isUnder(QObject* object) const;
};

FormatPicker::FormatPicker(QWidget* parent)
    : QFrame(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    setObjectName(QStringLiteral("formatPicker"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setAccessibleName(tr("Compare formats"));
    d->build();
    d->connectControls();
    d->showQuestion();
    d->showPicture();
    hide();
}

FormatPicker::~FormatPicker()
{
    // The view goes before the models it shows.
    delete std::exchange(d->table, nullptr);
}

void FormatPicker::Private::build()
{
    proxy.setSourceModel(&model);
    auto* layout = new QVBoxLayout(q);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(8);
    auto* top = new QHBoxLayout;
    title = new ElidedLabel(q);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    search = new QLineEdit(q);
    search->setObjectName(QStringLiteral("formatSearch"));
    search->setPlaceholderText(tr("Search"));
    search->setAccessibleName(tr("Search formats"));
    search->setClearButtonEnabled(true);
    search->addAction(themedIcon(IconName::Search), QLineEdit::LeadingPosition);
    search->setMinimumWidth(180);
    close = new QToolButton(q);
    close->setIcon(themedIcon(IconName::Close));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close"));
    top->addWidget(title, 1);
    top->addWidget(search);
    top->addWidget(close);
    layout->addLayout(top);
    layout->addWidget(buildQuestions());
    buildTable();
    empty = new EmptyNote(q);
    pages = new QStackedLayout;
    pages->addWidget(table);
    pages->addWidget(empty);
    layout->addLayout(pages, 1);
    layout->addLayout(buildFoot());
}

QPushButton* FormatPicker::Private::addButton(QLayout* layout, const QString& text, const QString& help)
{
    auto* button = new QPushButton(text, q);
    button->setAutoDefault(false);
    button->setCheckable(true);
    button->setToolTip(help);
    button->setMinimumWidth(button->fontMetrics().horizontalAdvance(text) + 24);
    layout->addWidget(button);
    return button;
}

QWidget* FormatPicker::Private::buildQuestions()
{
    auto* box = new QWidget(q);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    families = addButton(
        row, tr("All families"), tr("Every family with the bits and scales the layer has now, as far as it can"));
    families->setObjectName(QStringLiteral("askFamilies"));
    row->addSpacing(12);
    auto* label = new ToneLabel(tr("Best at ≤"), Tone::Normal, box);
    row->addWidget(label);
    bits = new QDoubleSpinBox(box);
    bits->setObjectName(QStringLiteral("maxBits"));
    bits->setRange(1, 17);
    bits->setSingleStep(0.25);
    bits->setDecimals(2);
    bits->setValue(usualBits);
    bits->setKeyboardTracking(false);
    bits->setAccessibleName(tr("Bits per weight at most"));
    bits->setToolTip(tr("Bits per weight at most, scales and tables counted"));
    row->addWidget(bits);
    row->addWidget(new ToneLabel(tr("bits"), Tone::Normal, box));
    for (const int number : offeredBits) {
        auto* button = new QToolButton(box);
        button->setText(QString::number(number));
        button->setCheckable(true);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setToolTip(tr("The best formats of %n bits, with room for scales", nullptr, number));
        button->setObjectName(QStringLiteral("ask%1").arg(number));
        button->setAccessibleName(tr("Best at %n bits", nullptr, number));
        button->setMinimumWidth(bits->sizeHint().height());
        button->setMinimumHeight(bits->sizeHint().height());
        row->addWidget(button);
        presets.push_back(button);
    }
    row->addSpacing(12);
    forLayer = addButton(row, tr("for this layer"), tr("Tries all formats on this layer and lists the best first"));
    forLayer->setObjectName(QStringLiteral("askLayer"));
    forModel = addButton(row, tr("for the model"), tr("Tries all formats on all layers together"));
    forModel->setObjectName(QStringLiteral("askModel"));
    row->addStretch(1);
    onePerFamily = new QCheckBox(tr("One per family"), box);
    onePerFamily->setObjectName(QStringLiteral("onePerFamily"));
    onePerFamily->setToolTip(tr("Lists only the best format of each family"));
    onePerFamily->setChecked(true);
    row->addWidget(onePerFamily);
    return box;
}

void FormatPicker::Private::buildTable()
{
    table = new QTableView(q);
    table->setObjectName(QStringLiteral("formatTable"));
    table->setAccessibleName(tr("Formats"));
    table->setModel(&proxy);
    names = new FormatNameDelegate(table);
    levels = new LevelsDelegate(table);
    table->setItemDelegate(new TableDelegate(table));
    table->setItemDelegateForColumn(FormatTableModel::FormatColumn, names);
    table->setItemDelegateForColumn(FormatTableModel::LevelsColumn, levels);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView* header = table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSortIndicatorClearable(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    table->setSortingEnabled(true);
    header->setSectionResizeMode(FormatTableModel::FormatColumn, QHeaderView::Stretch);
    header->setMinimumSectionSize(48);
    fitRows();
}

/// Row height and column widths for the present font.
void FormatPicker::Private::fitRows() const
{
    QStyleOptionViewItem option;
    option.font = table->font();
    option.fontMetrics = table->fontMetrics();
    table->verticalHeader()->setDefaultSectionSize(names->sizeHint(option, {}).height());
    const QFontMetrics metrics = table->fontMetrics();
    for (int column = FormatTableModel::LevelsColumn; column < FormatTableModel::ColumnCount; ++column) {
        const QString heading = model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        const int least = metrics.horizontalAdvance(heading) + 30;
        table->setColumnWidth(
            column, column == FormatTableModel::LevelsColumn ? std::max(least, 168) : std::max(least, 72));
    }
}

QLayout* FormatPicker::Private::buildFoot()
{
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    warning = new ToneLabel(Tone::Warning, q);
    warning->setWordWrap(true);
    warning->setScale(0.92);
    column->addWidget(warning);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    note = new ToneLabel(Tone::Muted, q);
    note->setScale(0.92);
    note->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    progress = new QProgressBar(q);
    progress->setRange(0, 1000);
    progress->setTextVisible(false);
    progress->setFixedWidth(160);
    progress->setFixedHeight(8);
    progress->setAccessibleName(tr("Formats measured"));
    stop = new QToolButton(q);
    stop->setText(tr("Stop"));
    row->addWidget(note, 1);
    row->addWidget(progress);
    row->addWidget(stop);
    column->addLayout(row);
    return column;
}

void FormatPicker::Private::connectControls()
{
    QObject::connect(close, &QToolButton::clicked, q, &QWidget::hide);
    QObject::connect(search, &QLineEdit::textChanged, q, [this](const QString& text) {
        proxy.setFilterText(text);
        showPicture();
    });
    QObject::connect(families, &QPushButton::clicked, q, [this] { q->ask(PickerQuestion::Families); });
    QObject::connect(forLayer, &QPushButton::clicked, q, [this] { q->ask(PickerQuestion::BestForLayer); });
    QObject::connect(forModel, &QPushButton::clicked, q, [this] { q->ask(PickerQuestion::BestForModel); });
    for (std::size_t i = 0; i < presets.size(); ++i) {
        QObject::connect(presets[i], &QToolButton::clicked, q, [this, number = offeredBits[i]] {
            q->setMaxBits(number + roomForScales);
            q->ask(question == PickerQuestion::BestForModel ? question : PickerQuestion::BestForLayer);
        });
    }
    QObject::connect(bits, &QDoubleSpinBox::valueChanged, q, [this] {
        if (!isSetting && question != PickerQuestion::Families) {
            q->ask(question);
        }
        showQuestion();
    });
    QObject::connect(onePerFamily, &QCheckBox::clicked, q, [this] { q->setPicture(PickerPicture(picture)); });
    QObject::connect(stop, &QToolButton::clicked, q, &FormatPicker::stopRequested);
    QObject::connect(table, &QAbstractItemView::clicked, q, [this](const QModelIndex& index) { choose(index); });
}

void FormatPicker::ask(PickerQuestion question)
{
    d->question = question;
    // The answer comes in its own order.
    d->table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    d->proxy.sort(-1);
    d->showQuestion();
    Q_EMIT asked(question, d->bits->value());
    d->table->scrollToTop();
}

void FormatPicker::Private::choose(const QModelIndex& index)
{
    if (!index.isValid()) {
        return;
    }
    const FormatRow row = model.rowAt(proxy.mapToSource(index).row());
    if (row.reason.isEmpty()) {
        Q_EMIT q->formatChosen(row.format, question);
    }
}

void FormatPicker::Private::showQuestion()
{
    families->setChecked(question == PickerQuestion::Families);
    onePerFamily->setVisible(question != PickerQuestion::Families);
    forLayer->setChecked(question == PickerQuestion::BestForLayer);
    forModel->setChecked(question == PickerQuestion::BestForModel);
    for (std::size_t i = 0; i < presets.size(); ++i) {
        presets[i]->setChecked(question != PickerQuestion::Families && bits->value() == offeredBits[i] + roomForScales);
    }
}

/// Variants of one family are often as good as each other and would hide all others.
std::vector<FormatRow> FormatPicker::Private::listedRows() const
{
    if (question == PickerQuestion::Families || !onePerFamily->isChecked()) {
        return picture.rows;
    }
    std::vector<FormatRow> rows;
    QSet<QString> seen;
    for (const FormatRow& row : picture.rows) {
        if (!seen.contains(row.heading) || row.isCurrent) {
            seen.insert(row.heading);
            rows.push_back(row);
        }
    }
    return rows;
}

void FormatPicker::Private::showPicture()
{
    title->setText(picture.title);
    note->setText(picture.note);
    note->setToolTip(picture.note);
    warning->setText(picture.warning);
    warning->setVisible(!picture.warning.isEmpty());
    progress->setVisible(picture.progress.has_value());
    progress->setValue(static_cast<int>(picture.progress.value_or(0) * 1000));
    stop->setVisible(picture.progress.has_value());
    const bool knowsLimit = std::any_of(
        picture.rows.begin(), picture.rows.end(), [](const FormatRow& row) { return row.fromLimit.has_value(); });
    table->setColumnHidden(FormatTableModel::LimitColumn, !knowsLimit);
    const bool isFilteredAway = !picture.rows.empty() && proxy.rowCount() == 0;
    empty->setText(isFilteredAway ? tr("No format matches the search.") : picture.emptyText);
    pages->setCurrentWidget(proxy.rowCount() > 0 ? static_cast<QWidget*>(table) : empty);
}

void FormatPicker::setPicture(const PickerPicture& picture)
{
    const QModelIndex current = d->table->currentIndex();
    const QString spelling = current.data(FormatSpellingRole).toString();
    d->picture = picture;
    d->levels->setHistogram(picture.histogram);
    d->model.setRows(d->listedRows());
    const int row = spelling.isEmpty() ? -1 : d->model.rowOf(spelling);
    if (row >= 0 && !d->table->currentIndex().isValid()) {
        d->table->setCurrentIndex(d->proxy.mapFromSource(d->model.index(row, 0)));
    }
    d->showPicture();
    d->table->viewport()->update();
}

const PickerPicture& FormatPicker::picture() const
{
    return d->picture;
}

PickerQuestion FormatPicker::question() const
{
    return d->question;
}

double FormatPicker::maxBits() const
{
    return d->bits->value();
}

void FormatPicker::setMaxBits(double bits)
{
    d->isSetting = true;
    d->bits->setValue(bits);
    d->isSetting = false;
    d->showQuestion();
}

void FormatPicker::open()
{
    const QSize area = parentWidget()->size();
    const QSize size(
        std::min(largestWidth, area.width() - 2 * margin), std::min(largestHeight, area.height() - 2 * margin));
    setGeometry((area.width() - size.width()) / 2, (area.height() - size.height()) / 2, size.width(), size.height());
    d->search->clear();
    d->table->setCurrentIndex({});
    d->fitRows();
    show();
    raise();
    d->search->setFocus();
    qApp->installEventFilter(this);
    ask(PickerQuestion::Families);
}

bool FormatPicker::Private::isUnder(QObject* object) const
{
    const auto* widget = qobject_cast<QWidget*>(object);
    return widget != nullptr && (widget == q || q->isAncestorOf(widget));
}

void FormatPicker::Private::step(int rows)
{
    const int last = proxy.rowCount() - 1;
    if (last >= 0) {
        const int now = table->currentIndex().isValid() ? table->currentIndex().row() + rows : 0;
        table->setCurrentIndex(proxy.index(std::clamp(now, 0, last), 0));
    }
}

bool FormatPicker::eventFilter(QObject* watched, QEvent* event)
{
    if (!isVisible()) {
        return QFrame::eventFilter(watched, event);
    }
    if (event->type() == QEvent::MouseButtonPress && watched->isWidgetType() && !d->isUnder(watched)) {
        const auto* widget = static_cast<QWidget*>(watched);
        // Popups of our own controls are windows of their own.
        if (widget->window() == window() && !widget->isWindow()) {
            hide();
        }
        return false;
    }
    if (event->type() != QEvent::KeyPress || !d->isUnder(watched)) {
        return QFrame::eventFilter(watched, event);
    }
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool isInBits = watched == d->bits;
    if (watched == d->search && (key == Qt::Key_Down || key == Qt::Key_Up)) {
        d->step(key == Qt::Key_Down ? 1 : -1);
        return true;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        if (isInBits) {
            d->bits->interpretText();
            ask(d->question == PickerQuestion::BestForModel ? d->question : PickerQuestion::BestForLayer);
            return true;
        }
        if (watched == d->search || watched == d->table) {
            if (!d->table->currentIndex().isValid()) {
                d->step(0);
            }
            d->choose(d->table->currentIndex());
            hide();
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void FormatPicker::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        hide();
        return;
    }
    QFrame::keyPressEvent(event);
}

void FormatPicker::hideEvent(QHideEvent* event)
{
    QFrame::hideEvent(event);
    qApp->removeEventFilter(this);
    Q_EMIT closed();
}

/// Tab goes round within the picker: what is under it is not meant now.
bool FormatPicker::focusNextPrevChild(bool next)
{
    QWidget* const start = focusWidget() != nullptr ? focusWidget() : this;
    QWidget* widget = start;
    do {
        widget = next ? widget->nextInFocusChain() : widget->previousInFocusChain();
        if (isAncestorOf(widget) && widget->isVisibleTo(this) && widget->isEnabled()
            && (widget->focusPolicy() & Qt::TabFocus) != 0 && widget->focusProxy() == nullptr) {
            widget->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
            return true;
        }
    } while (widget != start);
    return false;
}

void FormatPicker::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::FontChange && d->table != nullptr) {
        d->fitRows();
    }
}

} // namespace bw
