using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>Dictionary-encodes one column from UTF-8 fields: a text is decoded once, when it first appears. No allocation for a value seen before.</summary>
internal sealed class ColumnBuilder(string file, string name, MissingTokens missing)
{
    private readonly List<int> codes = [];
    private readonly List<(ulong Hash, int Start, int Length, int Code)> entries = [];
    private int[] slots = NewSlots(64);
    private byte[] texts = new byte[256];
    private int textsUsed;
    private int distinct;

    /// <summary>Name of the column.</summary>
    public string Name => name;

    /// <summary>Adds a row.</summary>
    public void Append(ReadOnlySpan<byte> text) => codes.Add(Intern(text));

    /// <summary>The code of a text, a new one if need be, without adding a row; <see cref="TableColumn.Missing"/> for a missing value.</summary>
    public int Intern(ReadOnlySpan<byte> text) => text.IsEmpty ? TableColumn.Missing : entries[EntryOf(text)].Code;

    /// <summary>The code of a text that has been seen; <see cref="TableColumn.Missing"/> for any other.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        var hash = Hash(text);
        var slot = SlotOf(text, hash);
        return slots[slot] < 0 ? TableColumn.Missing : entries[slots[slot]].Code;
    }

    /// <summary>The rows' codes and the distinct texts.</summary>
    public (int[] Codes, string[] Texts) Build()
    {
        var result = new string[distinct];
        foreach (var (_, start, length, code) in entries)
            if (code >= 0)
                result[code] = Encoding.UTF8.GetString(texts, start, length);
        return ([.. codes], result);
    }

    /// <summary>Position of a text among all that have been seen, missing tokens included, in order of first appearance.</summary>
    private int EntryOf(ReadOnlySpan<byte> text)
    {
        var hash = Hash(text);
        var slot = SlotOf(text, hash);
        if (slots[slot] >= 0)
            return slots[slot];
        Store(text);
        slots[slot] = entries.Count;
        entries.Add((hash, textsUsed - text.Length, text.Length, missing.Contains(text) ? TableColumn.Missing : distinct++));
        if (entries.Count > slots.Length / 2)
            Rehash();
        return entries.Count - 1;
    }

    /// <summary>The slot that holds the text, or the empty one where it belongs.</summary>
    private int SlotOf(ReadOnlySpan<byte> text, ulong hash)
    {
        var mask = slots.Length - 1;
        var slot = (int)hash & mask;
        for (; slots[slot] >= 0; slot = (slot + 1) & mask)
        {
            var entry = entries[slots[slot]];
            if (entry.Hash == hash && texts.AsSpan(entry.Start, entry.Length).SequenceEqual(text))
                break;
        }
        return slot;
    }

    private void Store(ReadOnlySpan<byte> text)
    {
        if (texts.Length - textsUsed < text.Length)
        {
            var wanted = Math.Max(texts.Length * 2L, (long)textsUsed + text.Length);
            if (textsUsed + (long)text.Length > Array.MaxLength)
                throw new DataFormatException(file, "more than 2 GB of different texts", "less, or a bound on the rows to keep", column: name);
            Array.Resize(ref texts, (int)Math.Min(wanted, Array.MaxLength));
        }
        text.CopyTo(texts.AsSpan(textsUsed));
        textsUsed += text.Length;
    }

    private void Rehash()
    {
        slots = NewSlots(slots.Length * 2);
        var mask = slots.Length - 1;
        for (var e = 0; e < entries.Count; e++)
        {
            var slot = (int)entries[e].Hash & mask;
            while (slots[slot] >= 0)
                slot = (slot + 1) & mask;
            slots[slot] = e;
        }
    }

    private static int[] NewSlots(int count)
    {
        var fresh = new int[count];
        Array.Fill(fresh, -1);
        return fresh;
    }

    // Eight bytes a step, multiply and fold: texts are short, so set-up cost is what counts.
    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        const ulong multiplier = 0x9E3779B97F4A7C15;
        var hash = (ulong)text.Length * multiplier;
        while (text.Length >= 8)
        {
            hash = (BitOperations.RotateLeft(hash, 23) ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * multiplier;
            text = text[8..];
        }
        var rest = 0UL;
        foreach (var b in text)
            rest = (rest << 8) | b;
        hash = (BitOperations.RotateLeft(hash, 23) ^ rest) * multiplier;
        return hash ^ (hash >> 32);
    }
}
