#include "binlog/json_view.h"

#include <fmt/core.h>
#include <bit>

#include "binlog/errors.h"
#include "binlog/json_format.h"

namespace penstock::binlog {
namespace {

using base::ByteReader;
using base::Bytes;

// Seven bits a byte, lowest first; the highest bit says that another byte follows.
std::uint64_t read_length(ByteReader& reader) {
    constexpr unsigned bytes_max = 5;
    std::uint64_t length = 0;
    for (unsigned i = 0; i < bytes_max; ++i) {
        const std::uint8_t byte = reader.u8();
        length |= std::uint64_t{byte & 0x7FU} << (7 * i);
        if ((byte & 0x80) == 0) return length;
    }
    reader.skip(reader.remaining() + 1);  // no length
    return 0;
}

std::size_t integer_bytes(JsonTag tag) {
    switch (tag) {
        case JsonTag::int16:
        case JsonTag::uint16:
            return 2;
        case JsonTag::int32:
        case JsonTag::uint32:
            return 4;
        default:
            return 8;
    }
}

std::uint64_t sign_extended(std::uint64_t value, std::size_t bytes) {
    const std::size_t shift = 64 - 8 * bytes;
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value << shift) >>
                                      static_cast<int>(shift));
}

// In the place of the offset in an entry.
bool is_inlined(std::uint8_t tag, bool large) {
    switch (JsonTag{tag}) {
        case JsonTag::literal:
        case JsonTag::int16:
        case JsonTag::uint16:
            return true;
        case JsonTag::int32:
        case JsonTag::uint32:
            return large;
        default:
            return false;
    }
}

std::size_t value_entries_at(std::size_t count, JsonType type, JsonContainerFormat format) {
    return 2 * format.offset_bytes() +
           (type == JsonType::object ? count * format.name_entry_bytes() : 0);
}

}  // namespace

std::optional<JsonView> JsonView::parse(Bytes document) {
    if (document.empty()) return JsonView{};
    return read(document[0], document.subspan(1));
}

std::optional<JsonView> JsonView::read(std::uint8_t tag, Bytes from) {
    JsonView view;
    ByteReader reader(from);
    switch (JsonTag{tag}) {
        case JsonTag::small_object:
        case JsonTag::large_object:
            if (!view.read_container(JsonType::object, JsonTag{tag} == JsonTag::large_object, from))
                return std::nullopt;
            return view;
        case JsonTag::small_array:
        case JsonTag::large_array:
            if (!view.read_container(JsonType::array, JsonTag{tag} == JsonTag::large_array, from))
                return std::nullopt;
            return view;
        case JsonTag::literal: {
            const std::uint8_t literal = reader.u8();
            if (!reader.ok() || literal > json_literal_false) return std::nullopt;
            if (literal == json_literal_null) return view;
            view.type_ = JsonType::boolean;
            view.number_ = literal == json_literal_true ? 1 : 0;
            return view;
        }
        case JsonTag::int16:
        case JsonTag::int32:
        case JsonTag::int64: {
            const std::size_t bytes = integer_bytes(JsonTag{tag});
            view.type_ = JsonType::integer;
            view.number_ = sign_extended(reader.le(bytes), bytes);
            break;
        }
        case JsonTag::uint16:
        case JsonTag::uint32:
        case JsonTag::uint64:
            view.type_ = JsonType::unsigned_integer;
            view.number_ = reader.le(integer_bytes(JsonTag{tag}));
            break;
        case JsonTag::real:
            view.type_ = JsonType::real;
            view.number_ = reader.u64();
            break;
        case JsonTag::opaque:
            view.type_ = JsonType::opaque;
            view.opaque_type_ = ColumnType{reader.u8()};
            if (!view.read_bytes(reader.rest())) return std::nullopt;
            break;
        case JsonTag::string:
            view.type_ = JsonType::string;
            if (!view.read_bytes(from)) return std::nullopt;
            break;
        default:
            return std::nullopt;
    }
    if (!reader.ok()) return std::nullopt;
    return view;
}

bool JsonView::read_bytes(Bytes from) {
    ByteReader reader(from);
    const std::uint64_t length = read_length(reader);
    bytes_ = reader.view(length);
    return reader.ok();
}

bool JsonView::read_container(JsonType type, bool large, Bytes from) {
    const JsonContainerFormat format{large};
    ByteReader reader(from);
    const std::uint64_t count = reader.le(format.offset_bytes());
    const std::uint64_t bytes = reader.le(format.offset_bytes());
    if (!reader.ok() || bytes > from.size()) return false;
    type_ = type;
    large_ = large;
    count_ = static_cast<std::uint32_t>(count);
    bytes_ = from.first(static_cast<std::size_t>(bytes));
    return value_entries_at(count_, type, format) + count * format.value_entry_bytes() <= bytes;
}

double JsonView::real() const {
    return std::bit_cast<double>(number_);
}

std::optional<JsonView> JsonView::element(std::size_t index) const {
    const JsonContainerFormat format{large_};
    const std::size_t entry_at =
        value_entries_at(count_, type_, format) + index * format.value_entry_bytes();
    const Bytes entry = bytes_.subspan(entry_at, format.value_entry_bytes());
    if (is_inlined(entry[0], large_)) return read(entry[0], entry.subspan(1));
    const std::uint64_t value_at = base::load_le(entry.data() + 1, format.offset_bytes());
    if (value_at < entry_at + entry.size() || value_at > bytes_.size()) return std::nullopt;
    return read(entry[0], bytes_.subspan(static_cast<std::size_t>(value_at)));
}

std::optional<std::string_view> JsonView::name(std::size_t index) const {
    const JsonContainerFormat format{large_};
    const std::size_t entry_at = 2 * format.offset_bytes() + index * format.name_entry_bytes();
    ByteReader entry(bytes_.subspan(entry_at, format.name_entry_bytes()));
    const std::uint64_t at = entry.le(format.offset_bytes());
    const std::uint16_t length = entry.u16();
    if (at > bytes_.size() || length > bytes_.size() - at) return std::nullopt;
    return base::as_text(bytes_.subspan(static_cast<std::size_t>(at), length));
}

bool JsonWalk::enter(const JsonView& value) {
    std::size_t own_bytes = value.bytes_.size();
    if (value.is_container()) {
        if (depth_ == json_depth_max) return false;
        ++depth_;
        // Its elements answer for the rest; names may be as long as they like, but not shared.
        const JsonContainerFormat format{value.large_};
        own_bytes = value_entries_at(value.count_, value.type_, format) +
                    value.count_ * format.value_entry_bytes();
        for (std::size_t i = 0; value.type_ == JsonType::object && i < value.count_; ++i) {
            own_bytes += value.name(i).value_or(std::string_view{}).size();
        }
    }
    if (own_bytes > bytes_left_) return false;
    bytes_left_ -= own_bytes;
    return true;
}

namespace {

class TreeBuilder {
public:
    explicit TreeBuilder(Bytes document) : walk_(document) {}

    [[nodiscard]] Result<void> build(const JsonView& from, JsonValue& to) {
        if (!walk_.enter(from)) return not_json("values overlap or are nested too deep");
        to.type = from.type();
        switch (from.type()) {
            case JsonType::null:
                return {};
            case JsonType::boolean:
                to.boolean = from.boolean();
                return {};
            case JsonType::integer:
                to.integer = from.integer();
                return {};
            case JsonType::unsigned_integer:
                to.unsigned_integer = from.unsigned_integer();
                return {};
            case JsonType::real:
                to.real = from.real();
                return {};
            case JsonType::opaque:
            case JsonType::string:
                to.opaque_type = from.opaque_type();
                to.bytes = base::as_text(from.bytes());
                return {};
            case JsonType::array:
            case JsonType::object:
                PENSTOCK_TRY(build_elements(from, to));
                walk_.leave();
                return {};
        }
        return {};
    }

private:
    [[nodiscard]] Result<void> build_elements(const JsonView& from, JsonValue& to) {
        const bool object = from.type() == JsonType::object;
        if (object) to.members.resize(from.size());
        if (!object) to.elements.resize(from.size());
        for (std::size_t i = 0; i < from.size(); ++i) {
            const std::optional<JsonView> element = from.element(i);
            if (!element) return not_json(fmt::format("element {} is damaged", i));
            if (!object) {
                PENSTOCK_TRY(build(*element, to.elements[i]));
                continue;
            }
            const std::optional<std::string_view> name = from.name(i);
            if (!name) return not_json(fmt::format("the name of member {} is damaged", i));
            to.members[i].name = *name;
            if (i > 0 && !before(to.members[i - 1], to.members[i])) {
                return not_json(fmt::format("member {} is out of order", i));
            }
            PENSTOCK_TRY(build(*element, to.members[i].value));
        }
        return {};
    }

    JsonWalk walk_;
};

}  // namespace

Result<JsonValue> decode_json(Bytes document) {
    const std::optional<JsonView> view = JsonView::parse(document);
    if (!view) return not_json("it is damaged");
    JsonValue value;
    PENSTOCK_TRY(TreeBuilder(document).build(*view, value));
    return value;
}

tl::unexpected<Error> not_json(std::string_view reason) {
    return fail(ErrorKind::corrupt, error_json_bytes,
                fmt::format("not a JSON document in binary form: {}", reason));
}

}  // namespace penstock::binlog
