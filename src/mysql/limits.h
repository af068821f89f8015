// Named limits of mysql, each with its unit.
#pragma once

#include <chrono>
#include <cstddef>

namespace penstock::mysql {

// Statements in flight on one connection.
inline constexpr std::size_t pipeline_depth_max = 64;
// Statement bytes in flight; a single statement that is larger goes alone.
inline constexpr std::size_t pipeline_bytes_default = std::size_t{4} * 1024 * 1024;
// The longest answer without rows: an error of 512 bytes of text, an OK with its session state.
inline constexpr std::size_t answer_bytes_max = 1024;
// Of net.ipv4.tcp_rmem and net.core.rmem_default, the smaller default.
inline constexpr std::size_t receive_buffer_bytes_min = std::size_t{128} * 1024;
static_assert(pipeline_depth_max * answer_bytes_max < receive_buffer_bytes_min);
// How long an answer to a trial statement may take before pipelining counts as broken.
inline constexpr std::chrono::seconds pipeline_probe_timeout{10};

}  // namespace penstock::mysql
