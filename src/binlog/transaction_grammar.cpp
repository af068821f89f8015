#include "binlog/transaction_grammar.h"

#include <fmt/core.h>
#include <algorithm>

#include "binlog/compressed_event.h"
#include "binlog/errors.h"
#include "binlog/limits.h"
#include "binlog/mariadb_gtid_event.h"
#include "binlog/rows.h"
#include "binlog/table_map.h"

namespace penstock::binlog {

namespace {

constexpr std::size_t table_id_bytes = 6;

bool made_up_by_dump_thread(const GrammarEvent& event) {
    switch (event.type) {
        case EventType::heartbeat:
        case EventType::heartbeat_v2:
            return true;
        // Sent when a dump starts, wherever that is.
        case EventType::rotate:
        case EventType::mariadb_gtid_list:
            return (event.flags & event_artificial_flag) != 0;
        case EventType::format_description:
            return event.log_pos == 0;
        default:
            return false;
    }
}

// Rows events whose fixed part says table and flags, compressed or not.
bool has_rows(EventType type) {
    return is_rows(type) || (is_compressed(type) && type != EventType::mariadb_query_compressed);
}

}  // namespace

Result<GrammarEvent> grammar_event(const EventView& event) {
    GrammarEvent out;
    out.type = event.header.type;
    out.flags = event.header.flags;
    out.log_pos = event.header.log_pos;
    out.offset = event.offset;
    if (out.type == EventType::query) {
        PENSTOCK_ASSIGN(const QueryEvent query, parse_query(event));
        out.query = classify_query(query.sql);
    }
    if (out.type == EventType::mariadb_query_compressed) {
        std::string buffer;
        PENSTOCK_ASSIGN(const EventView expanded, expand_event(event, buffer));
        PENSTOCK_ASSIGN(const QueryEvent query, parse_query(expanded));
        out.query = classify_query(query.sql);
    }
    if (out.type == EventType::mariadb_gtid) {
        PENSTOCK_ASSIGN(const MariadbGtidEvent gtid, parse_mariadb_gtid(event));
        out.standalone = gtid.standalone();
    }
    if (out.type == EventType::table_map || has_rows(out.type)) {
        base::ByteReader reader(event.body);
        out.table_id = reader.le(table_id_bytes);
        const std::uint16_t flags = reader.u16();
        if (!reader.ok()) return malformed(event, "truncated");
        out.statement_end = has_rows(out.type) && (flags & rows_statement_end_flag) != 0;
    }
    return out;
}

Result<TransactionStep> TransactionGrammar::feed(const EventView& event) {
    PENSTOCK_ASSIGN(const GrammarEvent read, grammar_event(event));
    return feed(read);
}

Result<TransactionStep> TransactionGrammar::feed(const GrammarEvent& event) {
    if (state_ == State::failed) return violation(event);
    if (made_up_by_dump_thread(event)) return TransactionStep::ignored;
    if (options_.flavour == Flavour::mariadb && is_mariadb(event.type)) return feed_mariadb(event);
    switch (event.type) {
        case EventType::query:
            return feed_query(event);
        case EventType::gtid:
        case EventType::anonymous_gtid:
        case EventType::gtid_tagged:
            return feed_gtid(event);
        case EventType::transaction_payload:
            return feed_payload(event);
        case EventType::xid:
            return end(event, TransactionStep::commit);
        case EventType::table_map:
            return feed_table_map(event);
        case EventType::rows_query:
        case EventType::view_change:
            return in_group(event);
        case EventType::format_description:
        case EventType::previous_gtids:
        case EventType::rotate:
        case EventType::stop:
            return not_in_transaction(event);
        default:
            return is_rows(event.type) ? feed_rows(event) : feed_other(event);
    }
}

Result<TransactionStep> TransactionGrammar::feed_query(const GrammarEvent& event) {
    switch (event.query) {
        case QueryKind::begin:
            return begin(event);
        case QueryKind::commit:
            return end(event, TransactionStep::commit);
        case QueryKind::rollback:
            return end(event, TransactionStep::rollback);
        case QueryKind::savepoint:
            return in_group(event);
        case QueryKind::create_start_transaction:
            return state_ == State::group ? in_group(event) : begin(event);
        case QueryKind::xa_start:
        case QueryKind::xa_end:
        case QueryKind::xa:
            return feed_xa_query(event);
        case QueryKind::other:
            break;
    }
    if (state_ == State::group) return TransactionStep::statement;
    return whole_statement(event);
}

Result<TransactionStep> TransactionGrammar::feed_xa_query(const GrammarEvent& event) {
    if (options_.carried_only) return refused_xa(event);
    if (event.query == QueryKind::xa_start) return begin(event);
    return event.query == QueryKind::xa_end ? in_group(event) : whole_statement(event);
}

// INTVAR, RAND and USER_VAR, before the QUERY that they are of.
Result<TransactionStep> TransactionGrammar::feed_context(const GrammarEvent& event) {
    if (state_ == State::group && options_.carried_only) {
        return refused(event, "a change of rows is logged as a statement",
                       "set binlog_format=ROW on the source");
    }
    if (state_ != State::group && !may_start()) return violation(event);
    return TransactionStep::statement;
}

Result<TransactionStep> TransactionGrammar::feed_mariadb(const GrammarEvent& event) {
    switch (event.type) {
        case EventType::mariadb_gtid: {
            PENSTOCK_ASSIGN(const TransactionStep step, feed_gtid(event));
            if (!event.standalone) {
                state_ = State::group;
                table_ids_.clear();
            }
            return step;
        }
        case EventType::mariadb_gtid_list:
        case EventType::mariadb_binlog_checkpoint:
            return not_in_transaction(event);
        case EventType::mariadb_annotate_rows:
            return in_group(event);
        case EventType::mariadb_query_compressed:
            return feed_query(event);
        case EventType::mariadb_start_encryption:
            state_ = State::failed;
            return fail(ErrorKind::refused, error_encrypted,
                        fmt::format("Start_encryption event (type {}) at offset {}: the binlog is "
                                    "encrypted",
                                    static_cast<unsigned>(event.type), event.offset),
                        "read the file through its server, which decrypts what it sends");
        default:
            return has_rows(event.type) ? feed_rows(event) : unknown(event);
    }
}

Result<TransactionStep> TransactionGrammar::feed_table_map(const GrammarEvent& event) {
    if (state_ != State::group) return violation(event);
    if (is_mapped(event.table_id)) return TransactionStep::statement;
    if (table_ids_.size() == tables_per_statement_max) {
        state_ = State::failed;
        return fail(ErrorKind::corrupt, error_limit,
                    fmt::format("{} event (type {}) at offset {}: a statement of more than {} "
                                "tables",
                                to_string(event.type), static_cast<unsigned>(event.type),
                                event.offset, tables_per_statement_max));
    }
    table_ids_.push_back(event.table_id);
    return TransactionStep::statement;
}

bool TransactionGrammar::is_mapped(std::uint64_t table_id) const {
    return std::find(table_ids_.begin(), table_ids_.end(), table_id) != table_ids_.end();
}

Result<TransactionStep> TransactionGrammar::feed_rows(const GrammarEvent& event) {
    if (state_ != State::group) return violation(event);
    if (!is_mapped(event.table_id)) {
        state_ = State::failed;
        return fail(ErrorKind::corrupt, error_grammar,
                    fmt::format("{} event (type {}) at offset {}: no table map for table id {}",
                                to_string(event.type), static_cast<unsigned>(event.type),
                                event.offset, event.table_id),
                    "the stream was cut; read it from the start of a transaction");
    }
    if (event.statement_end) table_ids_.clear();
    return TransactionStep::statement;
}

Result<TransactionStep> TransactionGrammar::feed_gtid(const GrammarEvent& event) {
    const bool of_mariadb = event.type == EventType::mariadb_gtid;
    if (of_mariadb != (options_.flavour == Flavour::mariadb)) return unknown(event);
    if (state_ != State::outside) return violation(event);
    state_ = State::after_gtid;
    in_payload_ = false;
    return TransactionStep::gtid;
}

Result<TransactionStep> TransactionGrammar::feed_payload(const GrammarEvent& event) {
    if (!may_start() || in_payload_) return violation(event);
    if (options_.payload_is_whole) {
        state_ = State::outside;
        return TransactionStep::commit;
    }
    state_ = State::after_gtid;
    in_payload_ = true;
    return TransactionStep::payload;
}

Result<TransactionStep> TransactionGrammar::feed_other(const GrammarEvent& event) {
    switch (event.type) {
        case EventType::xa_prepare:
            if (options_.carried_only) return refused_xa(event);
            return end(event, TransactionStep::commit);
        case EventType::incident: {
            state_ = State::failed;
            return fail(
                ErrorKind::definite, error_incident,
                fmt::format("Incident event (type {}) at offset {}: the source lost changes",
                            static_cast<unsigned>(event.type), event.offset),
                "look into the source's error log, then start over with a new copy");
        }
        case EventType::intvar:
        case EventType::rand:
        case EventType::user_var:
            return feed_context(event);
        case EventType::begin_load_query:
        case EventType::append_block:
        case EventType::delete_file:
        case EventType::execute_load_query:
            if (!options_.carried_only) return in_group(event);
            return refused(event, "LOAD DATA is logged as a statement",
                           "set binlog_format=ROW on the source");
        default:
            return unknown(event);
    }
}

// Not in this flavour's binlogs, as far as it is known here.
Result<TransactionStep> TransactionGrammar::unknown(const GrammarEvent& event) {
    if ((event.flags & event_ignorable_flag) != 0 || event.type == EventType::ignorable) {
        return TransactionStep::ignored;
    }
    return refused(event, "this type of event is not supported",
                   "the source is of a flavour or version that is not known here");
}

// A statement that is the whole transaction.
Result<TransactionStep> TransactionGrammar::whole_statement(const GrammarEvent& event) {
    if (!may_start() || in_payload_) return violation(event);
    state_ = State::outside;
    return TransactionStep::ddl;
}

Result<TransactionStep> TransactionGrammar::begin(const GrammarEvent& event) {
    if (!may_start()) return violation(event);
    state_ = State::group;
    table_ids_.clear();
    return TransactionStep::begin;
}

Result<TransactionStep> TransactionGrammar::end(const GrammarEvent& event, TransactionStep step) {
    if (state_ != State::group) return violation(event);
    state_ = State::outside;
    in_payload_ = false;
    table_ids_.clear();
    return step;
}

Result<TransactionStep> TransactionGrammar::in_group(const GrammarEvent& event) {
    if (state_ != State::group) return violation(event);
    return TransactionStep::statement;
}

Result<TransactionStep> TransactionGrammar::not_in_transaction(const GrammarEvent& event) {
    if (state_ != State::outside) return violation(event);
    return TransactionStep::outside;
}

void TransactionGrammar::reset() {
    state_ = State::outside;
    in_payload_ = false;
    table_ids_.clear();
}

bool TransactionGrammar::may_start() const {
    return state_ == State::after_gtid || (state_ == State::outside && !options_.gtid_required);
}

const char* TransactionGrammar::place() const {
    switch (state_) {
        case State::outside:
            return "outside of a transaction";
        case State::after_gtid:
            return in_payload_ ? "at the start of a compressed transaction" : "after a GTID event";
        case State::group:
            return "inside of a transaction";
        case State::failed:
            break;
    }
    return "after an error";
}

tl::unexpected<Error> TransactionGrammar::violation(const GrammarEvent& event) {
    const char* where = place();
    state_ = State::failed;
    return fail(ErrorKind::corrupt, error_grammar,
                fmt::format("{} event (type {}) at offset {} stands {}", to_string(event.type),
                            static_cast<unsigned>(event.type), event.offset, where),
                "no server writes that: the stream was cut, or the source crashed inside of a "
                "transaction; read it from the start of a transaction");
}

tl::unexpected<Error> TransactionGrammar::refused(const GrammarEvent& event, const char* what,
                                                  const char* remedy) {
    state_ = State::failed;
    return fail(ErrorKind::refused, error_unsupported_event,
                fmt::format("{} event (type {}) at offset {}: {}", to_string(event.type),
                            static_cast<unsigned>(event.type), event.offset, what),
                remedy);
}

tl::unexpected<Error> TransactionGrammar::refused_xa(const GrammarEvent& event) {
    return refused(event, "XA transactions are not supported",
                   "finish the XA transactions on the source and start from a position after them");
}

}  // namespace penstock::binlog
