#include "binlog/geometry_text.h"

#include <fmt/core.h>
#include <bit>

#include "binlog/errors.h"
#include "binlog/real_text.h"

namespace penstock::binlog {
namespace {

enum class Shape : std::uint32_t {
    any = 0,  // what a collection holds
    point = 1,
    linestring = 2,
    polygon = 3,
    multipoint = 4,
    multilinestring = 5,
    multipolygon = 6,
    collection = 7,
};

constexpr std::uint8_t little_endian = 1;
constexpr unsigned depth_max = 100;

std::string_view name_of(Shape shape) {
    switch (shape) {
        case Shape::point:
            return "POINT";
        case Shape::linestring:
            return "LINESTRING";
        case Shape::polygon:
            return "POLYGON";
        case Shape::multipoint:
            return "MULTIPOINT";
        case Shape::multilinestring:
            return "MULTILINESTRING";
        case Shape::multipolygon:
            return "MULTIPOLYGON";
        case Shape::collection:
            return "GEOMETRYCOLLECTION";
        case Shape::any:
            return {};
    }
    return {};
}

// What an element of it is; elements that are no shapes of their own have no header.
Shape element_of(Shape shape) {
    switch (shape) {
        case Shape::multipoint:
            return Shape::point;
        case Shape::multilinestring:
            return Shape::linestring;
        case Shape::multipolygon:
            return Shape::polygon;
        default:
            return Shape::any;
    }
}

class Printer {
public:
    Printer(std::string& out, base::Bytes wkb, MultipointStyle style)
        : out_(out), reader_(wkb), style_(style) {}

    [[nodiscard]] bool print() { return print_shape(0) && reader_.remaining() == 0; }

private:
    [[nodiscard]] bool read_header(Shape& shape) {
        const std::uint8_t order = reader_.u8();
        const std::uint32_t type = reader_.u32();
        shape = Shape{type};
        return reader_.ok() && order == little_endian && !name_of(shape).empty();
    }

    [[nodiscard]] bool print_shape(unsigned depth) {
        Shape shape = Shape::any;
        if (depth == depth_max || !read_header(shape)) return false;
        out_ += name_of(shape);
        if (shape == Shape::collection && nothing_follows()) {
            out_ += " EMPTY";
            return true;
        }
        out_ += '(';
        const bool sound = print_content(shape, depth);
        out_ += ')';
        return sound;
    }

    [[nodiscard]] bool nothing_follows() {
        base::ByteReader ahead = reader_;
        if (ahead.u32() != 0 || !ahead.ok()) return false;
        reader_ = ahead;
        return true;
    }

    // What is between the parentheses.
    [[nodiscard]] bool print_content(Shape shape, unsigned depth) {
        if (shape == Shape::point) return print_point();
        const std::uint32_t count = reader_.u32();
        if (!reader_.ok() || count == 0) return false;
        for (std::uint32_t i = 0; i < count; ++i) {
            if (i > 0) out_ += ',';
            if (!print_element(shape, depth)) return false;
        }
        return true;
    }

    [[nodiscard]] bool print_element(Shape shape, unsigned depth) {
        switch (shape) {
            case Shape::linestring:
                return print_point();
            case Shape::polygon:
                return print_nested(Shape::linestring, depth);
            case Shape::collection:
                return print_shape(depth + 1);
            default:
                break;
        }
        Shape element = Shape::any;
        if (!read_header(element) || element != element_of(shape)) return false;
        if (shape == Shape::multipoint && style_ == MultipointStyle::flat) return print_point();
        return print_nested(element, depth);
    }

    [[nodiscard]] bool print_nested(Shape shape, unsigned depth) {
        out_ += '(';
        const bool sound = print_content(shape, depth);
        out_ += ')';
        return sound;
    }

    [[nodiscard]] bool print_point() {
        const auto x = std::bit_cast<double>(reader_.u64());
        const auto y = std::bit_cast<double>(reader_.u64());
        if (!reader_.ok()) return false;
        append_double(out_, x);
        out_ += ' ';
        append_double(out_, y);
        return true;
    }

    std::string& out_;
    base::ByteReader reader_;
    MultipointStyle style_;
};

}  // namespace

Result<void> append_geometry_text(std::string& out, base::Bytes wkb, MultipointStyle style) {
    if (Printer(out, wkb, style).print()) return {};
    return fail(ErrorKind::corrupt, error_column_value,
                fmt::format("{} bytes that are no geometry", wkb.size()));
}

}  // namespace penstock::binlog
