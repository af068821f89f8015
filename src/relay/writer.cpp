#include "relay/writer.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "relay/direct_io.h"
#include "relay/errors.h"
#include "relay/segment_window.h"
#include "uring/errors.h"

namespace penstock::relay {

namespace {

std::uint64_t block_of(std::uint64_t offset) {
    return offset - offset % block_bytes;
}

}  // namespace

Result<std::unique_ptr<Writer>> Writer::open(RelayLog& log, uring::FileWriter& file_writer) {
    std::unique_ptr<Writer> writer(new Writer(log, file_writer));
    PENSTOCK_TRY(writer->go_to_durable_end());
    return writer;
}

Writer::Writer(RelayLog& log, uring::FileWriter& file_writer)
    : log_(log), file_writer_(file_writer) {
    file_writer_.use_memory(log_.recent().memory());
}

Result<void> Writer::go_to_durable_end() {
    const Position durable = log_.durable_end();
    file_ = durable.file;
    end_ = started_ = event_end_ = event_end_of_blocks_ = durable.offset;
    if (file_.empty()) return {};
    PENSTOCK_ASSIGN(File segment, File::open(log_.path(file_), O_RDWR));
    PENSTOCK_TRY(segment.truncate(end_));
    return use_segment(std::move(segment));
}

Result<void> Writer::use_segment(File segment) {
    direct_ = {};
    if (can_write_direct(segment)) {
        PENSTOCK_ASSIGN(direct_, File::open(segment.path(), O_WRONLY | O_DIRECT));
    }
    segment_ = std::move(segment);
    return {};
}

// The kernel may still read from our buffers.
Writer::~Writer() {
    while (file_writer_.busy()) static_cast<void>(file_writer_.wait());
    file_writer_.forget_memory();
}

Result<void> Writer::check_next_name(const std::string& file) const {
    const auto number = file_number(file);
    if (!number || file.find('/') != std::string::npos) {
        return fail(ErrorKind::refused, error_segment_name,
                    fmt::format("\"{}\" is not the name of a binlog file", file));
    }
    if (file_.empty()) return {};
    if (file_base(file) == file_base(file_) && *number == *file_number(file_) + 1) return {};
    return fail(ErrorKind::definite, error_segment_order,
                fmt::format("the source goes on in {}, which does not follow {}", file, file_),
                "The source's binlog was reset, renamed or has lost files: start the task anew "
                "with an empty destination.");
}

Result<void> Writer::start_segment(const std::string& file) {
    PENSTOCK_TRY(check_next_name(file));
    PENSTOCK_TRY(flush());
    // O_TRUNC: a file of that name is left from a crash before it was published.
    PENSTOCK_ASSIGN(File segment, File::open(log_.path(file), O_RDWR | O_CREAT | O_TRUNC));
    PENSTOCK_TRY(
        segment.write_at(0, std::string(binlog::binlog_magic.begin(), binlog::binlog_magic.end())));
    PENSTOCK_TRY(segment.sync());
    PENSTOCK_TRY(sync_directory(log_.directory()));
    log_.publish_segment(file);
    PENSTOCK_TRY(use_segment(std::move(segment)));
    file_ = file;
    end_ = started_ = event_end_ = event_end_of_blocks_ = first_event_offset;
    chunk_.reset();
    return {};
}

Result<void> Writer::append(base::Bytes bytes, bool ends_event) {
    PENSTOCK_ASSERT(segment_.is_open());
    while (!bytes.empty()) {
        PENSTOCK_TRY(check_usable());
        if (!chunk_ || end_ == chunk_->begin + chunk_bytes) {
            if (started_ == end_) {
                PENSTOCK_TRY(begin_chunk());
            } else if (!file_writer_.busy()) {
                start_group();
            } else {
                const base::WaitTime::Scope awaited(log_.written().awaited);
                PENSTOCK_TRY(file_writer_.wait());
            }
            continue;
        }
        const std::size_t used = end_ - chunk_->begin;
        const std::size_t size = std::min(bytes.size(), chunk_bytes - used);
        std::memcpy(chunk_->memory.get() + used, bytes.data(), size);
        end_ += size;
        bytes = bytes.subspan(size);
    }
    if (ends_event) note_event_end();
    return {};
}

// The bytes of the first block that the file has already are needed to write that block again.
Result<void> Writer::begin_chunk() {
    const std::uint64_t begin = block_of(end_);
    std::array<std::uint8_t, block_bytes> first_bytes;
    const std::size_t size = end_ - begin;
    PENSTOCK_ASSIGN(const std::size_t found,
                    segment_.read_at(begin, std::span(first_bytes).first(size)));
    if (found != size) {
        return fail(ErrorKind::definite, error_relay_io,
                    fmt::format("{} has become shorter than {}", segment_.path(), end_),
                    "Remove the relay folder and capture again.");
    }
    chunk_ = log_.recent().add(file_, begin, base::as_text({first_bytes.data(), size}));
    return {};
}

void Writer::note_event_end() {
    const std::uint64_t block = block_of(end_);
    if (block == end_) {
        event_end_of_blocks_ = end_;
    } else if (block >= event_end_) {
        event_end_of_blocks_ = event_end_;
    }
    event_end_ = end_;
}

// `offset` is end_ or where its block begins.
std::uint64_t Writer::last_event_end_before(std::uint64_t offset) const {
    return event_end_ <= offset ? event_end_ : event_end_of_blocks_;
}

Result<void> Writer::flush_soon() {
    PENSTOCK_TRY(check_usable());
    if (!file_writer_.busy() && started_ < end_) start_group();
    return {};
}

Result<void> Writer::flush() {
    PENSTOCK_TRY(flush_soon());
    const base::WaitTime::Scope awaited(log_.written().awaited);
    while (file_writer_.busy()) PENSTOCK_TRY(file_writer_.wait());
    return check_usable();
}

void Writer::start_group() {
    PENSTOCK_ASSERT(!file_writer_.busy() && started_ < end_);
    const bool direct = direct_.is_open() && end_ - started_ >= direct_bytes_min;
    const std::uint64_t begin = direct ? block_of(started_) : started_;
    const std::uint64_t end = direct ? block_of(end_) : end_;
    flying_bytes_ = end - std::exchange(started_, end);
    flying_ = chunk_;
    flying_event_end_ = last_event_end_before(end);
    flying_since_ = std::chrono::steady_clock::now();
    const base::Bytes bytes{chunk_->memory.get() + (begin - chunk_->begin), end - begin};
    file_writer_.start(direct ? direct_.fd() : segment_.fd(), begin, bytes,
                       [this](const Result<void>& outcome) { group_done(outcome); });
}

void Writer::group_done(const Result<void>& outcome) {
    flying_.reset();
    if (!outcome) {
        failure_ = outcome.error();
        if (failure_->code == uring::error_disk_full) failure_->code = error_relay_full;
        failure_->text = segment_.path() + ": " + failure_->text;
        return;
    }
    RelayLog::Written& written = log_.written();
    written.groups.fetch_add(1, std::memory_order_relaxed);
    written.bytes.fetch_add(flying_bytes_, std::memory_order_relaxed);
    written.times.add(std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - flying_since_));
    log_.publish(flying_event_end_);
    if (started_ < end_) start_group();
}

Result<void> Writer::check_usable() const {
    if (failure_) return tl::unexpected<Error>(*failure_);
    return {};
}

}  // namespace penstock::relay
