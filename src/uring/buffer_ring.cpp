#include "uring/buffer_ring.h"

#include <liburing.h>
#include <sys/mman.h>

#include <cerrno>

#include "base/assert.h"
#include "uring/errors.h"

namespace penstock::uring {

// One page-aligned mapping: the ring of descriptors first, the buffers behind it.
struct BufferRing::Memory {
    static constexpr std::size_t ring_bytes = 4096;
    static constexpr std::size_t total_bytes = ring_bytes + buffer_count * buffer_bytes;
    static_assert(buffer_count * sizeof(io_uring_buf) <= ring_bytes);
    static_assert((buffer_count & (buffer_count - 1)) == 0);

    explicit Memory(void* mapping) : base(static_cast<std::uint8_t*>(mapping)) {}
    ~Memory() { munmap(base, total_bytes); }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    [[nodiscard]] io_uring_buf_ring* ring() const {
        return reinterpret_cast<io_uring_buf_ring*>(base);
    }
    [[nodiscard]] std::uint8_t* buffer(unsigned index) const {
        return base + ring_bytes + index * buffer_bytes;
    }

    std::uint8_t* const base;
};

Result<std::unique_ptr<BufferRing>> BufferRing::create(Ring& ring) {
    void* const mapping = mmap(nullptr, Memory::total_bytes, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) {
        return tl::unexpected<Error>(
            system_error(ErrorKind::transient, error_ring, "map receive buffers", errno));
    }
    auto memory = std::make_unique<Memory>(mapping);
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uintptr_t>(mapping);
    registration.ring_entries = buffer_count;
    registration.bgid = group();
    const int outcome = io_uring_register_buf_ring(&ring.raw(), &registration, 0);
    if (outcome < 0) {
        return tl::unexpected<Error>(system_error(ErrorKind::refused, error_io_uring_unavailable,
                                                  "register receive buffers", -outcome));
    }
    return std::unique_ptr<BufferRing>(new BufferRing(ring, std::move(memory)));
}

BufferRing::BufferRing(Ring& ring, std::unique_ptr<Memory> memory)
    : ring_(ring), memory_(std::move(memory)) {
    io_uring_buf_ring_init(memory_->ring());
    for (unsigned i = 0; i < buffer_count; ++i) provide(i);
}

BufferRing::~BufferRing() {
    io_uring_unregister_buf_ring(&ring_.raw(), group());
}

base::Bytes BufferRing::view(unsigned buffer, std::size_t size) const {
    PENSTOCK_ASSERT(buffer < buffer_count && size <= buffer_bytes);
    return {memory_->buffer(buffer), size};
}

void BufferRing::give_back(unsigned buffer) {
    PENSTOCK_ASSERT(buffer < buffer_count);
    provide(buffer);
}

void BufferRing::provide(unsigned buffer) {
    io_uring_buf_ring_add(memory_->ring(), memory_->buffer(buffer),
                          static_cast<unsigned>(buffer_bytes), static_cast<unsigned short>(buffer),
                          io_uring_buf_ring_mask(buffer_count), 0);
    io_uring_buf_ring_advance(memory_->ring(), 1);
}

}  // namespace penstock::uring
