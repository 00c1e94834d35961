using System.Globalization;
using Ballast.Core;

namespace Ballast.Exchange;

/// <summary>Parses the one form of Python literal that a <c>.npy</c> header may hold: a dictionary of descr, fortran_order and shape. Nothing is evaluated.</summary>
internal ref struct NpyHeaderParser(string text, string file)
{
    private const int MaxRank = 32;

    private readonly string text = text;
    private readonly string file = file;
    private int position;

    public NpyHeader Parse()
    {
        string? descr = null;
        bool? fortran = null;
        int[]? shape = null;

        Expect('{');
        while (!TryTake('}'))
        {
            var key = QuotedString();
            Expect(':');
            switch (key)
            {
                case "descr" when descr is null: descr = Descr(); break;
                case "fortran_order" when fortran is null: fortran = Boolean(); break;
                case "shape" when shape is null: shape = Shape(); break;
                default: throw Malformed($"key '{key}'", "descr, fortran_order and shape, once each");
            }
            if (!TryTake(','))
            {
                Expect('}');
                break;
            }
        }
        SkipSpace();
        if (position < text.Length)
            throw Malformed($"'{text[position]}' after the dictionary", "spaces alone");
        if (descr is null || fortran is null || shape is null)
            throw Malformed("a header without all of its keys", "descr, fortran_order and shape");

        var (type, bigEndian) = ElementTypeOf(descr);
        RequireCountable(shape);
        return new NpyHeader(type, bigEndian, fortran.Value, shape);
    }

    private string Descr()
    {
        SkipSpace();
        if (position < text.Length && text[position] == '[')
            throw Malformed("a structured type", "one number an element");
        return QuotedString();
    }

    private readonly (ElementType Type, bool BigEndian) ElementTypeOf(string descr)
    {
        if (descr.EndsWith('O'))
            throw Malformed($"type '{descr}' (Python objects, stored as pickle)", "numbers; objects are never loaded, because loading them runs code");
        var order = descr.Length == 3 ? descr[0] : '\0';
        var type = descr.Length == 3 ? descr[1..] switch
        {
            "b1" => ElementType.Boolean,
            "i1" => ElementType.Int8,
            "u1" => ElementType.UInt8,
            "i2" => ElementType.Int16,
            "u2" => ElementType.UInt16,
            "i4" => ElementType.Int32,
            "u4" => ElementType.UInt32,
            "i8" => ElementType.Int64,
            "u8" => ElementType.UInt64,
            "f2" => ElementType.Float16,
            "f4" => ElementType.Float32,
            "f8" => ElementType.Float64,
            _ => (ElementType?)null,
        } : null;
        var knownOrder = order is '<' or '>' or '=' || (order == '|' && type is { } t && ElementCodec.SizeOf(t) == 1);
        if (type is null || !knownOrder)
            throw Malformed($"type '{descr}'", "booleans, integers of 8 to 64 bits or floats of 16 to 64 bits");
        return (type.Value, order == '>' || (order == '=' && !BitConverter.IsLittleEndian));
    }

    private bool Boolean()
    {
        if (TryTakeWord("True"))
            return true;
        if (TryTakeWord("False"))
            return false;
        throw Malformed("an unreadable fortran_order", "True or False");
    }

    private int[] Shape()
    {
        var extents = new List<int>();
        Expect('(');
        while (!TryTake(')'))
        {
            if (extents.Count == MaxRank)
                throw Malformed($"more than {MaxRank} axes", $"at most {MaxRank}");
            extents.Add(Extent());
            if (TryTake(','))
                continue;
            // A single extent without a comma would be a number in brackets, not a tuple.
            if (extents.Count == 1)
                throw Malformed("a shape that is no tuple", "a comma after a single extent");
            Expect(')');
            break;
        }
        return [.. extents];
    }

    private int Extent()
    {
        SkipSpace();
        var start = position;
        while (position < text.Length && char.IsAsciiDigit(text[position]))
            position++;
        var digits = text.AsSpan(start, position - start);
        if (position < text.Length && text[position] == 'L')
            position++;     // Python 2 wrote long integers so.
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var extent))
            throw Malformed("an unreadable extent in shape", $"whole numbers of 0 to {int.MaxValue}");
        return extent;
    }

    private readonly void RequireCountable(int[] shape)
    {
        var count = 1L;
        foreach (var extent in shape)
            if (extent == 0)
                return;
        foreach (var extent in shape)
            if ((count *= extent) > Array.MaxLength)
                throw Malformed($"shape ({string.Join(", ", shape)})", $"at most {Array.MaxLength} elements");
    }

    private string QuotedString()
    {
        SkipSpace();
        if (position < text.Length && (text[position] is '\'' or '"'))
        {
            var end = text.IndexOf(text[position], position + 1);
            if (end >= 0)
            {
                var content = text[(position + 1)..end];
                position = end + 1;
                return content;
            }
        }
        throw Malformed("an unreadable header", "a text in quotes");
    }

    private void Expect(char symbol)
    {
        if (!TryTake(symbol))
            throw Malformed(position < text.Length ? $"'{text[position]}' at header position {position}" : "the end of the header", $"'{symbol}'");
    }

    private bool TryTake(char symbol)
    {
        SkipSpace();
        if (position >= text.Length || text[position] != symbol)
            return false;
        position++;
        return true;
    }

    private bool TryTakeWord(string word)
    {
        SkipSpace();
        if (string.CompareOrdinal(text, position, word, 0, word.Length) != 0)
            return false;
        position += word.Length;
        return true;
    }

    private void SkipSpace()
    {
        while (position < text.Length && (text[position] is ' ' or '\n' or '\t' or '\r'))
            position++;
    }

    private readonly DataFormatException Malformed(string found, string expected) => new(file, found, expected);
}
