#include "uring/ring_file_writer.h"

#include <liburing.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <system_error>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "uring/errors.h"

namespace penstock::uring {
namespace {

constexpr std::size_t write_bytes_max = 1U << 30;  // the kernel takes less than 2 GiB at once
constexpr std::chrono::seconds turn_patience{60};
constexpr int registered_index = 0;

}  // namespace

RingFileWriter::RingFileWriter(Ring& ring) : ring_(ring) {}

RingFileWriter::~RingFileWriter() {
    PENSTOCK_ASSERT(!busy() && registered_.empty());
}

void RingFileWriter::use_memory(base::Bytes memory) {
    PENSTOCK_ASSERT(registered_.empty());
    const iovec range{const_cast<std::uint8_t*>(memory.data()), memory.size()};
    const int outcome = io_uring_register_buffers(&ring_.raw(), &range, 1);
    if (outcome == 0) {
        registered_ = memory;
    } else {
        base::log_info("uring", "writing without registered buffers: {}",
                       std::generic_category().message(-outcome));
    }
}

void RingFileWriter::forget_memory() {
    PENSTOCK_ASSERT(!busy());
    if (registered_.empty()) return;
    io_uring_unregister_buffers(&ring_.raw());
    registered_ = {};
}

bool RingFileWriter::is_registered(base::Bytes bytes) const {
    const std::less_equal<const std::uint8_t*> before;
    return !registered_.empty() && before(registered_.data(), bytes.data()) &&
           before(bytes.data() + bytes.size(), registered_.data() + registered_.size());
}

void RingFileWriter::start(int fd, std::uint64_t offset, base::Bytes bytes, Done done) {
    PENSTOCK_ASSERT(!busy());
    ++blocks_started_;
    fd_ = fd;
    offset_ = offset;
    rest_ = bytes;
    done_ = std::move(done);
    submit_rest();
}

void RingFileWriter::submit_rest() {
    ring_.reserve(2);
    const auto size = static_cast<unsigned>(std::min(rest_.size(), write_bytes_max));
    io_uring_sqe* const write = ring_.prepare(write_);
    if (is_registered(rest_.first(size))) {
        io_uring_prep_write_fixed(write, fd_, rest_.data(), size, offset_, registered_index);
    } else {
        io_uring_prep_write(write, fd_, rest_.data(), size, offset_);
    }
    write->flags |= IOSQE_IO_LINK;
    io_uring_sqe* const sync = ring_.prepare(sync_);
    io_uring_prep_fsync(sync, fd_, IORING_FSYNC_DATASYNC);
    pending_ = 2;
    ring_.submit();
}

// A short write breaks the link, so that the sync comes back cancelled: the rest is sent again.
void RingFileWriter::part_done() {
    if (--pending_ > 0) return;
    const bool retried = write_.result == -EINTR || write_.result == -EAGAIN;
    if (write_.result > 0) {
        const auto written = static_cast<std::size_t>(write_.result);
        rest_ = rest_.subspan(written);
        offset_ += written;
    }
    if (retried || (write_.result > 0 && !rest_.empty())) return submit_rest();
    int error_number = 0;
    if (write_.result <= 0) {
        error_number = write_.result == 0 ? ENOSPC : -write_.result;
    } else if (sync_.result < 0) {
        error_number = -sync_.result;
    }
    const Done done = std::exchange(done_, nullptr);
    if (error_number == 0) return done({});
    done(tl::unexpected<Error>(system_error(ErrorKind::transient, write_error(error_number),
                                            "write and fdatasync", error_number)));
}

Result<void> RingFileWriter::wait() {
    for (const std::uint64_t block = blocks_started_; busy() && blocks_started_ == block;) {
        PENSTOCK_TRY(ring_.turn(std::chrono::steady_clock::now() + turn_patience));
    }
    return {};
}

}  // namespace penstock::uring
