#include "inspect/event_printer.h"

#include <utility>

#include "binlog/compressed_event.h"
#include "binlog/format_description.h"
#include "binlog/payload.h"
#include "binlog/rows.h"
#include "inspect/event_fields.h"

namespace penstock::inspect {

using binlog::EventType;
using binlog::EventView;

void EventPrinter::begin_file(std::string name) {
    file_ = std::move(name);
    tables_.clear();
}

Result<void> EventPrinter::look_at_format(const EventView& event) {
    PENSTOCK_ASSIGN(const auto format, binlog::parse_format_description(event.whole));
    flavour_ = format.flavour();
    tables_.set_flavour(flavour_);
    tables_.clear();
    return {};
}

Result<void> EventPrinter::pass_over(const EventView& event) {
    if (event.header.type == EventType::format_description) return look_at_format(event);
    if (event.header.type == EventType::table_map) {
        PENSTOCK_ASSIGN([[maybe_unused]] const Table* const table, tables_.add(event));
    } else if (binlog::is_rows(event.header.type)) {
        PENSTOCK_ASSIGN(const binlog::RowsEvent rows, binlog::parse_rows(event));
        if (ends_statement(rows)) tables_.end_statement();
    } else if (!binlog::is_compressed(event.header.type)) {
        tables_.end_statement();
    }
    return {};
}

Result<void> EventPrinter::print(const EventView& event) {
    Result<void> printed = print_one(event, false);
    if (printed && event.header.type == EventType::transaction_payload) {
        printed = print_payload(event);
    }
    if (printed) return {};
    return tl::unexpected<Error>(binlog::located(event, std::move(printed.error())));
}

Result<void> EventPrinter::print_one(const EventView& event, bool in_payload) {
    const std::size_t written_before = out_.output().size();
    Result<void> written = write_one(event, in_payload);
    if (!written) out_.output().resize(written_before);
    return written;
}

Result<void> EventPrinter::write_one(const EventView& event, bool in_payload) {
    out_.begin_event({file_, &event, in_payload});
    // A compressed event is shown as what it stands for, under its own name.
    EventView plain = event;
    if (binlog::is_compressed(event.header.type)) {
        PENSTOCK_ASSIGN(plain, binlog::expand_event(event, expanded_));
    }
    if (event.header.type == EventType::format_description) PENSTOCK_TRY(look_at_format(event));
    if (plain.header.type == EventType::table_map) {
        PENSTOCK_TRY(print_table_map(plain));
    } else if (binlog::is_rows(plain.header.type)) {
        PENSTOCK_TRY(print_rows(plain));
    } else {
        PENSTOCK_TRY(write_fields(plain, flavour_, out_));
    }
    out_.end_event();
    return {};
}

Result<void> EventPrinter::print_table_map(const EventView& event) {
    PENSTOCK_ASSIGN(const Table* const table, tables_.add(event));
    out_.number("table_id", table->id);
    out_.text("schema", table->schema);
    out_.text("table", table->name);
    out_.columns(*table);
    return {};
}

Result<void> EventPrinter::print_rows(const EventView& event) {
    PENSTOCK_ASSIGN(const binlog::RowsEvent rows, binlog::parse_rows(event));
    if (ends_statement(rows)) tables_.end_statement();
    const Table* const table = tables_.find(rows.table_id);
    out_.number("table_id", rows.table_id);
    if (table == nullptr) {
        // The end of a statement that changed nothing any more names no table.
        if (rows.rows.empty()) return {};
        return binlog::malformed(event,
                                 "its table map is missing: it stands before the part of "
                                 "the file that is shown, or nowhere");
    }
    out_.text("schema", table->schema);
    out_.text("table", table->name);
    if (ends_statement(rows)) out_.flag("statement_end", true);
    // Mostly enough, since bytes are written as two digits each: a huge row that grew in steps
    // would be in memory twice.
    out_.output().reserve(out_.output().size() + 2 * event.whole.size());
    out_.begin_rows();
    rows_.begin(*table, rows);
    while (true) {
        PENSTOCK_ASSIGN(const bool more, rows_.next());
        if (!more) break;
        PENSTOCK_TRY(out_.row(*table, rows.kind, rows_));
    }
    out_.end_rows();
    return {};
}

Result<void> EventPrinter::print_payload(const EventView& event) {
    PENSTOCK_ASSIGN(const auto payload, binlog::parse_transaction_payload(event));
    binlog::PayloadReader reader(payload);
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> inner, reader.next());
        if (!inner) return {};
        if (inner->header.type == EventType::transaction_payload) {
            return binlog::malformed(event, "a compressed transaction holds another one");
        }
        PENSTOCK_TRY(print_one(*inner, true));
    }
}

}  // namespace penstock::inspect
