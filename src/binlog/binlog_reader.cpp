#include "penstock/binlog_reader.h"

#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <string>

#include "base/assert.h"
#include "binlog/compressed_event.h"
#include "binlog/errors.h"
#include "binlog/event_reader.h"
#include "binlog/gtid_event.h"
#include "binlog/load_data.h"
#include "binlog/mariadb_gtid_event.h"
#include "binlog/payload.h"
#include "binlog/plain_rows.h"
#include "binlog/previous_gtids.h"
#include "binlog/query.h"
#include "binlog/rotate.h"
#include "binlog/rows_query.h"
#include "binlog/table_cache.h"
#include "binlog/transaction_grammar.h"

namespace penstock {

using binlog::Bytes;
using binlog::EventType;
using binlog::EventView;
using binlog::Flavour;
using binlog::TransactionGrammar;
using binlog::TransactionStep;

namespace {

BinlogChange change_of(binlog::RowsKind kind) {
    if (kind == binlog::RowsKind::write) return BinlogChange::insert;
    return kind == binlog::RowsKind::remove ? BinlogChange::remove : BinlogChange::update;
}

BinlogAlter alter_of(const binlog::MariadbGtidEvent& gtid) {
    if ((gtid.extra_flags & binlog::mariadb_gtid_start_alter_flag) != 0) return BinlogAlter::starts;
    if ((gtid.extra_flags & binlog::mariadb_gtid_commit_alter_flag) != 0) {
        return BinlogAlter::commits;
    }
    return (gtid.extra_flags & binlog::mariadb_gtid_rollback_alter_flag) != 0
               ? BinlogAlter::rolls_back
               : BinlogAlter::whole;
}

BinlogStatement statement_of(const binlog::QueryEvent& query) {
    return {query.schema, query.sql, query.thread_id, query.error_code};
}

TransactionGrammar grammar_of(Flavour flavour) {
    return TransactionGrammar({.gtid_required = false, .flavour = flavour, .carried_only = false});
}

}  // namespace

struct BinlogReader::Impl {
    explicit Impl(Options chosen) : options(chosen) {}

    [[nodiscard]] Result<const BinlogEvent*> next();
    [[nodiscard]] Result<const BinlogRow*> next_row();
    [[nodiscard]] Result<std::optional<EventView>> cut();
    [[nodiscard]] Result<void> show(const EventView& event, bool in_payload);
    [[nodiscard]] Result<void> read_content(const EventView& event);
    [[nodiscard]] Result<void> read_gtid(const EventView& event);
    [[nodiscard]] Result<void> read_previous_gtids(const EventView& event);
    [[nodiscard]] Result<void> read_rows(const EventView& event);
    [[nodiscard]] Result<void> open_payload(const EventView& event);
    [[nodiscard]] Result<BinlogStep> place(const EventView& event);
    void begin_file();
    [[nodiscard]] bool is_mariadb() const { return flavour == Flavour::mariadb; }

    Options options;
    std::optional<Error> failure;

    // Events are cut from the bytes that were fed, or from `buffer`, where one that goes on in the
    // next piece is put together; `fed` is then what comes behind it.
    binlog::EventReader reader{Bytes{}};
    std::string buffer;
    Bytes fed;
    bool in_buffer = false;
    bool wants_bytes = true;

    Flavour flavour = Flavour::mysql;
    TransactionGrammar grammar = grammar_of(Flavour::mysql);
    binlog::TableCache tables;

    // Of the last event.
    EventView view;
    BinlogEvent event;
    std::string expanded;  // an event that MariaDB compressed
    std::optional<binlog::PayloadReader> payload;
    std::optional<BinlogGtid> transaction;
    bool transaction_ends = false;

    // Its rows.
    const binlog::Table* table = nullptr;
    binlog::RowsEvent rows_event;
    binlog::PlainRows rows;
    BinlogRow row;
};

Result<std::optional<EventView>> BinlogReader::Impl::cut() {
    if (in_buffer && reader.rest().empty()) {
        buffer.clear();
        in_buffer = false;
        reader.continue_with(fed);
    }
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> whole, reader.next());
        if (whole) return whole;
        const std::string_view rest = base::as_text(reader.rest());
        if (!in_buffer) {
            buffer = rest;
            fed = {};
            in_buffer = true;
        } else {
            buffer.erase(0, buffer.size() - rest.size());  // the magic number
        }
        const std::size_t wanted = reader.bytes_wanted();
        const Bytes more = fed.first(std::min(wanted - buffer.size(), fed.size()));
        fed = fed.subspan(more.size());
        buffer += base::as_text(more);
        reader.continue_with(base::as_bytes(buffer));
        if (more.empty()) return std::nullopt;
    }
}

Result<const BinlogEvent*> BinlogReader::Impl::next() {
    table = nullptr;
    if (transaction_ends) transaction.reset();
    transaction_ends = false;
    if (payload) {
        auto inner = payload->next();
        if (!inner) return forward_error(inner);
        if (*inner) {
            PENSTOCK_TRY(show(**inner, true));
            return &event;
        }
        payload.reset();
    }
    PENSTOCK_ASSIGN(const std::optional<EventView> whole, cut());
    wants_bytes = !whole;
    if (!whole) return nullptr;
    PENSTOCK_TRY(show(*whole, false));
    return &event;
}

void BinlogReader::Impl::begin_file() {
    const binlog::FormatDescription& format = *reader.format();
    if (flavour != format.flavour()) grammar = grammar_of(format.flavour());
    flavour = format.flavour();
    tables.clear();
    tables.set_flavour(flavour);
    event.content = BinlogFormat{format.server_version, format.is_mariadb,
                                 format.checksum != binlog::ChecksumAlgorithm::none, format.in_use};
}

Result<void> BinlogReader::Impl::show(const EventView& shown, bool in_payload) {
    view = shown;
    const binlog::EventHeader& header = shown.header;
    event = BinlogEvent{};
    event.type = static_cast<std::uint8_t>(header.type);
    event.type_name = binlog::to_string(header.type);
    event.offset = shown.offset;
    event.in_payload = in_payload;
    event.bytes = header.event_size;
    event.timestamp = header.timestamp;
    event.server_id = header.server_id;
    event.flags = header.flags;
    EventView plain = shown;
    if (is_mariadb() && binlog::is_compressed(header.type)) {
        PENSTOCK_ASSIGN(plain, binlog::expand_event(shown, expanded));
    }
    event.body = plain.body;
    if (header.type == EventType::format_description && !in_payload) begin_file();
    PENSTOCK_ASSIGN(event.step, place(plain));
    transaction_ends = event.step == BinlogStep::commits || event.step == BinlogStep::rolls_back;
    if (event.step == BinlogStep::begins || transaction_ends) tables.end_statement();
    if (event.step == BinlogStep::begins) transaction.reset();
    if (header.type == EventType::transaction_payload) return open_payload(plain);
    return read_content(plain);
}

Result<BinlogStep> BinlogReader::Impl::place(const EventView& plain) {
    const bool was_inside = grammar.inside();
    auto step = grammar.feed(plain);
    if (!step) {
        if (options.check_order) return forward_error(step);
        grammar.reset();
        return was_inside ? BinlogStep::inside : BinlogStep::outside;
    }
    switch (*step) {
        case TransactionStep::commit:
        case TransactionStep::ddl:
            return BinlogStep::commits;
        case TransactionStep::rollback:
            return BinlogStep::rolls_back;
        case TransactionStep::gtid:
            return BinlogStep::begins;
        default:
            break;
    }
    if (!grammar.inside()) return BinlogStep::outside;
    return was_inside ? BinlogStep::inside : BinlogStep::begins;
}

Result<void> BinlogReader::Impl::open_payload(const EventView& plain) {
    if (event.in_payload) {
        return binlog::malformed(plain, "a compressed transaction holds another one");
    }
    PENSTOCK_ASSIGN(const auto parsed, binlog::parse_transaction_payload(plain));
    payload.emplace(parsed);
    return {};
}

Result<void> BinlogReader::Impl::read_content(const EventView& plain) {
    if (binlog::is_rows(plain.header.type)) return read_rows(plain);
    switch (plain.header.type) {
        case EventType::gtid:
        case EventType::anonymous_gtid:
        case EventType::gtid_tagged:
            return read_gtid(plain);
        case EventType::previous_gtids:
            return read_previous_gtids(plain);
        case EventType::query: {
            PENSTOCK_ASSIGN(const auto query, binlog::parse_query(plain));
            event.content = statement_of(query);
            return {};
        }
        case EventType::execute_load_query: {
            PENSTOCK_ASSIGN(const auto load, binlog::parse_execute_load_query(plain));
            event.content = statement_of(load.query);
            return {};
        }
        case EventType::rows_query: {
            PENSTOCK_ASSIGN(const auto query, binlog::parse_rows_query(plain));
            event.content = BinlogRowsQuery{query.text};
            return {};
        }
        case EventType::table_map: {
            PENSTOCK_ASSIGN(const binlog::Table* const mapped, tables.add(plain));
            event.content = BinlogTableMap{BinlogTable(mapped)};
            return {};
        }
        case EventType::rotate: {
            PENSTOCK_ASSIGN(const auto rotate, binlog::parse_rotate(plain));
            event.content = BinlogRotate{rotate.file, rotate.position};
            return {};
        }
        case EventType::mariadb_gtid:
            return is_mariadb() ? read_gtid(plain) : Result<void>{};
        case EventType::mariadb_gtid_list:
            return is_mariadb() ? read_previous_gtids(plain) : Result<void>{};
        case EventType::mariadb_annotate_rows: {
            if (!is_mariadb()) return {};
            PENSTOCK_ASSIGN(const auto query, binlog::parse_rows_query(plain));
            event.content = BinlogRowsQuery{query.text};
            return {};
        }
        default:
            return {};
    }
}

Result<void> BinlogReader::Impl::read_gtid(const EventView& plain) {
    BinlogGtid out;
    if (plain.header.type == EventType::mariadb_gtid) {
        PENSTOCK_ASSIGN(const auto parsed, binlog::parse_mariadb_gtid(plain));
        out.gtid = parsed.gtid;
        out.alter = alter_of(parsed);
        out.start_alter_sequence = parsed.start_alter_sequence;
    } else {
        PENSTOCK_ASSIGN(auto parsed, binlog::parse_gtid(plain));
        if (!parsed.anonymous) out.gtid = std::move(parsed.gtid);
        out.last_committed = parsed.last_committed;
        out.sequence_number = parsed.sequence_number;
        out.commit_time_us = parsed.original_commit_timestamp_us;
        out.transaction_bytes = parsed.transaction_length;
    }
    transaction = out;
    event.content = std::move(out);
    return {};
}

Result<void> BinlogReader::Impl::read_previous_gtids(const EventView& plain) {
    BinlogPreviousGtids out;
    if (plain.header.type == EventType::mariadb_gtid_list) {
        PENSTOCK_ASSIGN(auto list, binlog::parse_mariadb_gtid_list(plain));
        out.mariadb = std::move(list.gtids);
    } else {
        PENSTOCK_ASSIGN(out.mysql, binlog::parse_previous_gtids(plain));
    }
    event.content = std::move(out);
    return {};
}

Result<void> BinlogReader::Impl::read_rows(const EventView& plain) {
    PENSTOCK_ASSIGN(rows_event, binlog::parse_rows(plain));
    const bool statement_end = ends_statement(rows_event);
    if (statement_end) tables.end_statement();
    table = tables.find(rows_event.table_id);
    if (table == nullptr) {
        // The end of a statement that changed nothing any more names no table.
        if (rows_event.rows.empty()) return {};
        return binlog::malformed(plain, "its table map is missing");
    }
    rows.begin(*table, rows_event);
    event.content = BinlogRows{change_of(rows_event.kind), BinlogTable(table), statement_end};
    return {};
}

Result<const BinlogRow*> BinlogReader::Impl::next_row() {
    if (table == nullptr) return nullptr;
    auto more = rows.next();
    if (!more) return tl::unexpected<Error>(located(view, std::move(more.error())));
    if (!*more) {
        table = nullptr;
        return nullptr;
    }
    row = {BinlogImage(table, rows.before()), BinlogImage(table, rows.after())};
    return &row;
}

BinlogReader::BinlogReader() : BinlogReader(Options{}) {}
BinlogReader::BinlogReader(Options options) : impl_(std::make_unique<Impl>(options)) {}
BinlogReader::~BinlogReader() = default;
BinlogReader::BinlogReader(BinlogReader&&) noexcept = default;
BinlogReader& BinlogReader::operator=(BinlogReader&&) noexcept = default;

void BinlogReader::feed(std::span<const std::uint8_t> bytes) {
    PENSTOCK_ASSERT(impl_->wants_bytes);
    impl_->wants_bytes = bytes.empty();
    if (impl_->in_buffer) {
        impl_->fed = bytes;
    } else {
        impl_->reader.continue_with(bytes);
    }
}

Result<const BinlogEvent*> BinlogReader::next() {
    if (impl_->failure) return tl::unexpected<Error>(*impl_->failure);
    auto event = impl_->next();
    if (!event) impl_->failure = event.error();
    return event;
}

Result<const BinlogRow*> BinlogReader::next_row() {
    if (impl_->failure) return tl::unexpected<Error>(*impl_->failure);
    auto row = impl_->next_row();
    if (!row) impl_->failure = row.error();
    return row;
}

const BinlogGtid* BinlogReader::transaction() const {
    return impl_->transaction ? &*impl_->transaction : nullptr;
}

Result<void> BinlogReader::finish() const {
    if (impl_->failure) return tl::unexpected<Error>(*impl_->failure);
    return impl_->reader.finish();
}

}  // namespace penstock
