// Named limits of capture, each with its unit.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "binlog/event_header.h"

namespace penstock::capture {

// What the first part of a payload has at least: a status byte and the header of an event.
inline constexpr std::size_t first_part_bytes_min = 1 + binlog::event_header_bytes;
// What the source makes up for the stream, and says of an error, is joined when it comes in parts:
// names of files and messages, and formats of files.
inline constexpr std::size_t joined_bytes_max = 64UL << 10;

// The disk is asked for room once for so many bytes; also what must be free beyond the next event
// before capture goes on after a pause, so that it doesn't stop again at once.
inline constexpr std::uint64_t room_step_bytes = 16ULL << 20;
// Of a small budget that is only this part of it.
inline constexpr std::uint64_t room_share = 8;
// How often a directory of files is looked at for more of them.
inline constexpr std::chrono::milliseconds files_poll{200};
// How often what was read of them is made known meanwhile.
inline constexpr std::chrono::milliseconds files_report_interval{200};

// How often a paused capture looks for room.
inline constexpr std::chrono::milliseconds room_poll{200};
// How often it asks the source meanwhile how long the file it needs is kept.
inline constexpr std::chrono::seconds retention_poll{30};
// A file that is kept for no longer than this is worth a warning, whatever the source's period is;
// and how often the warning is repeated.
inline constexpr std::chrono::seconds retention_pressing_min{3600};
inline constexpr std::chrono::seconds retention_warning_interval{600};
// For that question, so that a stop need not wait long for a source that does not answer.
inline constexpr std::chrono::seconds retention_patience{5};

}  // namespace penstock::capture
