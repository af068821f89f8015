// Error codes of gate: PST-2000 to PST-2099.
#pragma once

#include "penstock/result.h"

namespace penstock::gate {

// The scheduled events were released before: once per task. The text says when and by whom.
inline constexpr ErrorCode error_already_open{2001};
// A release was asked for before and is not finished yet. Wait for it, or withdraw it.
inline constexpr ErrorCode error_release_pending{2002};
// The task has no gate row: it never got as far as preparing its ledger. Run the task first.
inline constexpr ErrorCode error_no_gate{2003};
// A stored state, policy or number of the ledger isn't one that this program knows: written by
// another version, or edited by hand.
inline constexpr ErrorCode error_bad_ledger{2004};
// The gate was moved by somebody else between two steps. Another penstock works on this task.
inline constexpr ErrorCode error_lost_race{2005};
// Event DDL of the stream that can't be read. Nothing is guessed: report the statement.
inline constexpr ErrorCode error_event_statement{2010};
// RENAME TO a name that is already held.
inline constexpr ErrorCode error_name_taken{2012};
// An event of that name exists on the destination and isn't ours. Drop or rename it there.
inline constexpr ErrorCode error_conflict{2020};
// The event can't be created on the destination as it is on the source; the text has the server's
// words (definer, right, zone, sql_mode, length).
inline constexpr ErrorCode error_rehearsal{2021};
// The definer has no account on the destination. Create it, with EVENT on the schema.
inline constexpr ErrorCode error_definer_missing{2022};
// The event's time zone can't be had on the destination with the same offsets.
inline constexpr ErrorCode error_time_zone{2023};
// The event's database collation isn't its schema's default collation, so that no CREATE or ALTER
// can give it. Issue ALTER EVENT … COMMENT on the source, or change the schema's default.
inline constexpr ErrorCode error_database_collation{2024};
// A name, definer or comment has characters that the event's own character set lacks.
inline constexpr ErrorCode error_not_representable{2025};
// What was read back from the destination isn't what was created; the text has the difference.
inline constexpr ErrorCode error_read_back{2026};
// Fencing an event or the scheduler on the source failed: a right is missing.
inline constexpr ErrorCode error_fence{2030};
// Event workers did not end in time. Ask again later, or with a longer drain_timeout.
inline constexpr ErrorCode error_drain_timeout{2031};
// The destination did not catch up to the marker in time.
inline constexpr ErrorCode error_prove_timeout{2032};
// The source's catalogue and the ledger disagree after the proof. The text has the difference.
inline constexpr ErrorCode error_reconcile{2033};
// The release stopped after some events were enabled; the rest is disabled. Mend and ask again.
inline constexpr ErrorCode error_release_failed{2034};
// Withdrawn because it was asked for. Nothing is wrong.
inline constexpr ErrorCode error_withdrawn{2035};

}  // namespace penstock::gate
