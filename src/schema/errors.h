// Error codes of schema: PST-1700 to PST-1799.
#pragma once

#include "penstock/result.h"

namespace penstock::schema {

// An object can be listed but its definition can't be read: a right is missing; the remedy says
// which.
inline constexpr ErrorCode error_unreadable{1701};
// A selected database does not exist on the source.
inline constexpr ErrorCode error_no_database{1702};
// The definitions kept changing while they were read: wait for the DDL on the source to end.
inline constexpr ErrorCode error_unstable{1703};
// An object on the destination differs from the one wanted; the text shows both.
inline constexpr ErrorCode error_different{1704};
// The destination refused to create an object; the text has its words.
inline constexpr ErrorCode error_not_created{1705};
// A definition can't be read by the rules of SQL, or its header can't be written in the character
// set of its body.
inline constexpr ErrorCode error_not_understood{1706};
// The object ledger has no entries of this task, or entries that contradict each other.
inline constexpr ErrorCode error_ledger{1707};
// A collation number of the stream is unknown to the destination.
inline constexpr ErrorCode error_unknown_collation{1708};

}  // namespace penstock::schema
