using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Microsoft.Win32.SafeHandles;

namespace Ballast.Exchange.Safetensors;

/// <summary>safetensors files: named tensors behind a JSON header. Opening reads the header alone; tensors are read when they are asked for, on any thread.</summary>
/// <remarks>
/// Format: Hugging Face's safetensors. The header is held to the letter: at most 100 MB, names unique, offsets within the file, each byte of the data in exactly one tensor. Reading takes
/// the memory of the tensor that is asked for and no more; nothing in a file is ever run.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    // Either a file or bytes that are in memory already.
    private readonly SafeFileHandle? handle;
    private readonly ReadOnlyMemory<byte> content;
    private readonly string path;
    private readonly long dataStart;
    private readonly SafetensorsHeader header;

    private SafetensorsFile(SafeFileHandle? handle, ReadOnlyMemory<byte> content, string path)
    {
        (this.handle, this.content, this.path) = (handle, content, path);
        var length = handle is null ? content.Length : RandomAccess.GetLength(handle);
        var start = new byte[SafetensorsHeader.LengthBytes];
        var json = new byte[SafetensorsHeader.LengthOf(start.AsSpan(0, ReadUpTo(start, 0)), length, path)];
        dataStart = SafetensorsHeader.LengthBytes + json.Length;
        if (ReadUpTo(json, SafetensorsHeader.LengthBytes) < json.Length)
            throw Cut();
        header = SafetensorsHeader.Parse(json, length - dataStart, path);
        Tensors = [.. header.Tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
    }

    /// <summary>All tensors, in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>The texts that the file says about itself.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="DataFormatException">The file has none; the message names the nearest.</exception>
    public SafetensorsEntry this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            if (header.Tensors.TryGetValue(name, out var entry))
                return entry;
            var nearest = Spelling.Nearest(name, Tensors.Take(1000).Select(tensor => tensor.Name));
            throw new DataFormatException(path, $"no tensor '{name}'", nearest is null ? "one of that name" : $"one of that name; the nearest is '{nearest}'");
        }
    }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="DataFormatException">No safetensors file, or one whose header does not fit it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var handle = File.OpenHandle(path);
        try
        {
            return new SafetensorsFile(handle, default, path);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads the header of a file that is in memory, such as a part of a model file.</summary>
    /// <param name="content">The file's bytes, which must not change afterwards.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="DataFormatException">No safetensors file, or one whose header does not fit it.</exception>
    public static SafetensorsFile Of(ReadOnlyMemory<byte> content, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SafetensorsFile(null, content, name);
    }

    /// <summary>Writes a file as the reference does: wider types first, then by name, so that every tensor is aligned. An existing file stays as it was when writing fails.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="tensors">In any order.</param>
    /// <param name="metadata">Texts about the file, or null.</param>
    /// <exception cref="ArgumentException">Two tensors of one name, or one called <c>__metadata__</c>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var write = Writing(tensors, metadata);
        AtomicFile.Write(path, write);
    }

    /// <summary>Writes to a stream what <see cref="Write(string, IEnumerable{SafetensorsTensor}, IReadOnlyDictionary{string, string}?)"/> writes to a file.</summary>
    /// <exception cref="ArgumentException">Two tensors of one name, or one called <c>__metadata__</c>.</exception>
    public static void Write(Stream stream, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Writing(tensors, metadata)(stream);
    }

    private static Action<Stream> Writing(IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var ordered = tensors.OrderByDescending(tensor => SafetensorsTypes.SizeOf(tensor.Type)).ThenBy(tensor => tensor.Name, StringComparer.Ordinal).ToArray();
        if (ordered.GroupBy(tensor => tensor.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"There are two tensors '{twice.Key}'.", nameof(tensors));
        var start = SafetensorsHeader.Write(ordered, metadata);
        return stream =>
        {
            stream.Write(start);
            foreach (var tensor in ordered)
                tensor.WriteTo(stream);
        };
    }

    /// <summary>The elements of a tensor of exactly this type.</summary>
    /// <exception cref="DataFormatException">There is no such tensor, it is of another type, or the file has been cut since it was opened.</exception>
    public T[] Read<T>(string name) where T : unmanaged
    {
        var entry = this[name];
        var wanted = SafetensorsTypes.TypeOf<T>();
        if (entry.Type != wanted)
            throw new DataFormatException(path, $"tensor '{name}' of {SafetensorsTypes.NameOf(entry.Type)}", SafetensorsTypes.NameOf(wanted));
        var values = new T[CountOf(entry)];
        // A span of bytes is shorter than an array of wider elements can be.
        const int Chunk = 1 << 27;
        for (var start = 0; start < values.Length; start += Chunk)
            ReadBytes(name, start * (long)SafetensorsTypes.SizeOf(wanted), MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(Chunk, values.Length - start))));
        if (values is bool[] && MemoryMarshal.AsBytes(values.AsSpan()).ContainsAnyExceptInRange((byte)0, (byte)1))
            throw new DataFormatException(path, $"tensor '{name}' with a boolean that is neither 0 nor 1", "0 or 1");
        return values;
    }

    /// <summary>The elements of a tensor of real numbers in single precision: F16 and BF16 are widened, F64 is rounded.</summary>
    /// <exception cref="DataFormatException">There is no such tensor, or it is of another type.</exception>
    public float[] ReadSingles(string name)
    {
        var entry = this[name];
        if (entry.Type == SafetensorsType.Float32)
            return Read<float>(name);
        var values = new float[CountOf(entry)];
        switch (entry.Type)
        {
            case SafetensorsType.Float16: TensorPrimitives.ConvertToSingle(Read<Half>(name), values); break;
            case SafetensorsType.Float64: TensorPrimitives.ConvertTruncating<double, float>(Read<double>(name), values); break;
            case SafetensorsType.BFloat16:
                var halves = MemoryMarshal.Cast<byte, ushort>(ReadBytes(name));
                var bits = MemoryMarshal.Cast<float, uint>(values.AsSpan());
                for (var i = 0; i < halves.Length; i++)
                    bits[i] = (uint)halves[i] << 16;
                break;
            default: throw new DataFormatException(path, $"tensor '{name}' of {SafetensorsTypes.NameOf(entry.Type)}", "F16, BF16, F32 or F64");
        }
        return values;
    }

    /// <summary>The bytes of a tensor of any type, little-endian.</summary>
    /// <exception cref="DataFormatException">There is no such tensor, or it is longer than an array can be.</exception>
    public byte[] ReadBytes(string name)
    {
        var entry = this[name];
        var bytes = new byte[entry.ByteCount <= Array.MaxLength ? entry.ByteCount : throw TooLong(entry)];
        ReadBytes(name, 0, bytes);
        return bytes;
    }

    /// <summary>Part of a tensor, for those that are longer than an array can be.</summary>
    /// <param name="name">Which tensor.</param>
    /// <param name="offset">Bytes to skip.</param>
    /// <param name="destination">Filled whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie in the tensor.</exception>
    /// <exception cref="DataFormatException">There is no such tensor, or the file has been cut since it was opened.</exception>
    public void ReadBytes(string name, long offset, Span<byte> destination)
    {
        var entry = this[name];
        Guard.InRange(offset, 0, entry.ByteCount - destination.Length);
        if (ReadUpTo(destination, dataStart + entry.Offset + offset) < destination.Length)
            throw Cut();
    }

    /// <summary>A tensor for a network: real numbers in the precision of the file or, narrower ones, in single precision.</summary>
    /// <exception cref="DataFormatException">There is no such tensor, or it is of a type that networks do not hold.</exception>
    public GraphTensor ReadTensor(string name)
    {
        var entry = this[name];
        return entry.Type switch
        {
            SafetensorsType.Float64 => new GraphTensor(name, entry.Shape, Read<double>(name)),
            SafetensorsType.Int64 => new GraphTensor(name, entry.Shape, Read<long>(name)),
            SafetensorsType.Int32 => new GraphTensor(name, entry.Shape, Array.ConvertAll(Read<int>(name), value => (long)value), ElementType.Int32),
            SafetensorsType.Boolean => new GraphTensor(name, entry.Shape, Array.ConvertAll(Read<bool>(name), value => value ? 1L : 0), ElementType.Boolean),
            _ => new GraphTensor(name, entry.Shape, ReadSingles(name)),
        };
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => handle?.Dispose();

    private int CountOf(SafetensorsEntry entry) => entry.Count <= Array.MaxLength ? (int)entry.Count : throw TooLong(entry);

    private int ReadUpTo(Span<byte> destination, long offset)
    {
        if (handle is null)
        {
            var part = content.Span[(int)Math.Min(offset, content.Length)..];
            part = part[..Math.Min(part.Length, destination.Length)];
            part.CopyTo(destination);
            return part.Length;
        }
        var total = 0;
        while (total < destination.Length && RandomAccess.Read(handle, destination[total..], offset + total) is > 0 and var read)
            total += read;
        return total;
    }

    private DataFormatException Cut() => new(path, "the end of the file", "the data that the header states");

    private DataFormatException TooLong(SafetensorsEntry entry) => new(path, $"tensor '{entry.Name}' of {entry.Count} elements", $"at most {Array.MaxLength}; read it in parts");
}
