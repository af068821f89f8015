// TransactionGrammar: tells from one event after the other where transactions begin and end, and
// refuses what no server writes and what cannot be carried. A pure state machine; one thread.
//
//   stream      = { outside | transaction }
//   outside     = FORMAT_DESCRIPTION | PREVIOUS_GTIDS | ROTATE | STOP
//   transaction = gtid ( group | ddl | TRANSACTION_PAYLOAD )
//   gtid        = GTID | ANONYMOUS_GTID | GTID_TAGGED      (may be missing: files before 5.7)
//   group       = begin { statement } end
//   begin       = QUERY "BEGIN" | QUERY "CREATE TABLE ... START TRANSACTION" | QUERY "XA START" *
//   end         = XID | QUERY "COMMIT" | QUERY "ROLLBACK" | XA_PREPARE *
//   statement   = [ ROWS_QUERY ] TABLE_MAP { TABLE_MAP | rows } | SAVEPOINT | ROLLBACK TO
//               | QUERY "CREATE TABLE ... START TRANSACTION" | other QUERY | VIEW_CHANGE
//               | context * | load * | QUERY "XA END" *
//   context     = INTVAR | RAND | USER_VAR
//   load        = BEGIN_LOAD_QUERY | APPEND_BLOCK | DELETE_FILE | EXECUTE_LOAD_QUERY
//   ddl         = { context } other QUERY | QUERY "XA COMMIT" * | QUERY "XA ROLLBACK" *
//   payload     = begin { statement } end                   (fed after its TRANSACTION_PAYLOAD)
//
// MariaDB, whose flavour the FORMAT_DESCRIPTION tells, has other rules for these:
//
//   outside     = FORMAT_DESCRIPTION | GTID_LIST | BINLOG_CHECKPOINT | ROTATE | STOP
//   transaction = GTID (standalone) ddl | GTID { statement } end
//   statement   = [ ANNOTATE_ROWS ] TABLE_MAP { TABLE_MAP | rows } | the others of above
//
// where a compressed event stands for the ordinary one, and its GTID event is the begin.
//
// A rows event must have had a TABLE_MAP with its id since the last rows event with STMT_END_F.
// Anywhere: heartbeats, events that the dump thread made up, and events with the ignorable flag.
// What has a star is refused unless Options::carried_only is off: XA, LOAD DATA, statement-based
// changes of rows that need INTVAR and the like. Refused in any case: INCIDENT, unknown events,
// the other flavour's. A file that begins inside of a transaction is an error: the source crashed
// while it wrote the transaction.
//
// Compare mysql-9.7 libs/mysql/binlog/event/trx_boundary_parser.cpp; MariaDB 10.11
// sql/log_event.h (is_group_event, is_part_of_group).
#pragma once

#include <cstdint>
#include <vector>

#include "binlog/event_view.h"
#include "binlog/query.h"

namespace penstock::binlog {

enum class TransactionStep : std::uint8_t {
    ignored,    // passed over, wherever it stands
    outside,    // belongs to no transaction
    gtid,       // the first event of a transaction
    begin,      // BEGIN: a group of statements follows
    statement,  // part of a group: table map, rows, rows query, savepoint
    payload,    // a compressed group; its events are fed next
    ddl,        // a statement that is the whole transaction; it ends here
    commit,     // the group ends, and is committed, or prepared (XA)
    rollback,   // the group ends, and has left nothing but what can't be rolled back
};

[[nodiscard]] constexpr bool ends_transaction(TransactionStep step) {
    return step == TransactionStep::ddl || step == TransactionStep::commit ||
           step == TransactionStep::rollback;
}

// What the grammar looks at.
struct GrammarEvent {
    EventType type = EventType::unknown;
    std::uint16_t flags = 0;             // of the header
    std::uint32_t log_pos = 0;           // of the header; 0: made up, or not said (MariaDB 11.4)
    QueryKind query = QueryKind::other;  // of QUERY
    std::uint64_t table_id = 0;          // of TABLE_MAP and rows events
    bool statement_end = false;          // of rows events
    bool standalone = false;             // of MariaDB's GTID
    std::uint64_t offset = 0;            // for errors
};

// Reads that much from an event; from a compressed one, too.
[[nodiscard]] Result<GrammarEvent> grammar_event(const EventView& event);

class TransactionGrammar {
public:
    struct Options {
        // Files written before MySQL 5.7 have transactions without a GTID event.
        bool gtid_required = true;
        // True: a TRANSACTION_PAYLOAD is answered with `commit`, and what is in it is not fed.
        bool payload_is_whole = false;
        // Whose files these are, as their FORMAT_DESCRIPTION says.
        Flavour flavour = Flavour::mysql;
        // False: everything that servers write is taken, also what cannot be carried.
        bool carried_only = true;
    };

    TransactionGrammar() = default;
    explicit TransactionGrammar(Options options) : options_(options) {}

    // After an error the grammar must be reset() before it takes more.
    [[nodiscard]] Result<TransactionStep> feed(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> feed(const EventView& event);
    void reset();

    // From the GTID event until the end, that is, when stopping here would cut a transaction.
    [[nodiscard]] bool inside() const { return state_ != State::outside; }

private:
    enum class State : std::uint8_t { outside, after_gtid, group, failed };

    [[nodiscard]] Result<TransactionStep> feed_query(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> feed_table_map(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> feed_rows(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> feed_gtid(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> feed_payload(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> feed_xa_query(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> feed_context(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> feed_mariadb(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> feed_other(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> whole_statement(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> unknown(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> begin(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> end(const GrammarEvent& event, TransactionStep step);
    [[nodiscard]] Result<TransactionStep> in_group(const GrammarEvent& event);
    [[nodiscard]] Result<TransactionStep> not_in_transaction(const GrammarEvent& event);
    [[nodiscard]] bool is_mapped(std::uint64_t table_id) const;
    [[nodiscard]] bool may_start() const;
    [[nodiscard]] const char* place() const;
    [[nodiscard]] tl::unexpected<Error> violation(const GrammarEvent& event);
    [[nodiscard]] tl::unexpected<Error> refused(const GrammarEvent& event, const char* what,
                                                const char* remedy);
    [[nodiscard]] tl::unexpected<Error> refused_xa(const GrammarEvent& event);

    Options options_;
    State state_ = State::outside;
    bool in_payload_ = false;
    std::vector<std::uint64_t> table_ids_;  // mapped since the last end of a statement
};

}  // namespace penstock::binlog
