// The binary form of a GTID set: in PREVIOUS_GTIDS events, and in the dump command.
//
// u64 count, then per (uuid, tag): 16 bytes uuid, the tag if the form is the tagged one, u64
// number of intervals, and u64 start, u64 end of each, end excluded. In the tagged form the highest
// and the lowest byte of the count are 1 and the count is between them.
// Source: mysql-9.7 sql/rpl_gtid_set.cc (Gtid_set::encode, decode_nsids_format). Pure, any thread.
#pragma once

#include <string>

#include "binlog/event_view.h"
#include "penstock/gtid_set.h"

namespace penstock::binlog {

[[nodiscard]] Result<GtidSet> parse_previous_gtids(const EventView& event);

[[nodiscard]] Result<GtidSet> decode_gtid_set(Bytes bytes);
// The tagged form is taken only if the set has a tag, so that older servers understand it.
[[nodiscard]] std::string encode_gtid_set(const GtidSet& set);

}  // namespace penstock::binlog
