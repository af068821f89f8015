#include "uring/ring_file_writer.h"

#include <liburing.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/assert.h"
#include "uring/errors.h"

namespace penstock::uring {
namespace {

constexpr std::size_t write_bytes_max = 1U << 30;  // the kernel takes less than 2 GiB at once
constexpr std::chrono::seconds turn_patience{60};

}  // namespace

RingFileWriter::RingFileWriter(Ring& ring) : ring_(ring) {}

RingFileWriter::~RingFileWriter() {
    PENSTOCK_ASSERT(!busy());
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
    io_uring_prep_write(write, fd_, rest_.data(), size, offset_);
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
