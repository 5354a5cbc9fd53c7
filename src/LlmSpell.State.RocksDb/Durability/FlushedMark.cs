using System.Buffers.Binary;
using System.IO.Hashing;
using LlmSpell.State.RocksDb.Errors;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.RocksDb.Durability;

/// <summary>
/// Remembers, outside the database, up to which change all is safe from a power loss. A log that was cut off looks like one that ends there; by
/// this the next process can tell whether something is missing that was promised. Not thread-safe.
/// </summary>
internal sealed class FlushedMark : IDisposable
{
    private const int Size = 2 * sizeof(long);

    private readonly SafeFileHandle _file;

    internal FlushedMark(string file)
    {
#pragma warning disable RS0030 // Sixteen bytes that are overwritten in place: they lie in one sector.
        _file = File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
#pragma warning restore RS0030
    }

    /// <summary>The number of the change; 0 if nothing was written yet.</summary>
    /// <exception cref="StateCorruptException">The file is damaged.</exception>
    internal static long Read(string file)
    {
        if (!File.Exists(file))
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[Size + 1];
        using FileStream stream = File.OpenRead(file);
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length == 0)
        {
            return 0;
        }

        return length == Size && BinaryPrimitives.ReadUInt64LittleEndian(bytes[sizeof(long)..]) == XxHash3.HashToUInt64(bytes[..sizeof(long)])
            ? BinaryPrimitives.ReadInt64LittleEndian(bytes)
            : throw RocksDbErrors.Corrupt($"{file} is damaged: it should hold a number and its checksum.");
    }

    internal void Write(long sequence)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[sizeof(long)..], XxHash3.HashToUInt64(bytes[..sizeof(long)]));
        RandomAccess.Write(_file, bytes, 0);
    }

    public void Dispose() => _file.Dispose();
}
