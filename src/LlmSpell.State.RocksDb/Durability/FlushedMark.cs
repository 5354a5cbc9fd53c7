using System.Buffers.Binary;
using System.IO.Hashing;
using LlmSpell.State.Files;
using LlmSpell.State.RocksDb.Errors;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.RocksDb.Durability;

/// <summary>
/// Remembers, outside the database, what is safe from a power loss: a change with all before it, and a length of the manifest. A log or a manifest that was
/// cut off looks like one that ends there; by this the next process can tell whether something is missing. Thread-safe.
/// </summary>
internal sealed class FlushedMark : IDisposable
{
    private const int ContentSize = 3 * sizeof(long);
    private const int Size = ContentSize + sizeof(ulong);

    private readonly Lock _lock = new();
    private readonly SafeFileHandle _file;
    private readonly FilePlace _place;
    private readonly string _path;
    private ManifestLength _manifest;
    private long _sequence;

    private FlushedMark(string path, SafeFileHandle file, long sequence, ManifestLength manifest)
    {
        _path = path;
        _file = file;
        _place = new FilePlace(file);
        _sequence = sequence;
        _manifest = manifest;
    }

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="StateCorruptException">It is damaged.</exception>
    internal static FlushedMark Open(string file)
    {
        (long sequence, ManifestLength manifest) = Read(file);
#pragma warning disable RS0030 // A few bytes that are overwritten in place: they lie in one sector.
        return new FlushedMark(file, File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite), sequence, manifest);
#pragma warning restore RS0030
    }

    /// <summary>What the file says; zeros if it says nothing yet.</summary>
    /// <exception cref="StateCorruptException">It is damaged.</exception>
    internal static (long Sequence, ManifestLength Manifest) Read(string file)
    {
        if (!File.Exists(file))
        {
            return default;
        }

        Span<byte> bytes = stackalloc byte[Size + 1];
        using FileStream stream = File.OpenRead(file);
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length == 0)
        {
            return default;
        }

        if (length != Size || BinaryPrimitives.ReadUInt64LittleEndian(bytes[ContentSize..]) != XxHash3.HashToUInt64(bytes[..ContentSize]))
        {
            throw RocksDbErrors.Corrupt($"{file} is damaged: it should hold three numbers and their checksum.");
        }

        var manifest = new ManifestLength(BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
        return (BinaryPrimitives.ReadInt64LittleEndian(bytes), manifest);
    }

    /// <exception cref="StateStorageException">The store is not where it was opened any more.</exception>
    internal void Write(long sequence)
    {
        // A flush and a replacement may both have something to write.
        lock (_lock)
        {
            _sequence = sequence;
            Write();
            _place.Require(Path.GetDirectoryName(_path)!);
        }
    }

    internal void Write(ManifestLength manifest)
    {
        lock (_lock)
        {
            _manifest = manifest;
            Write();
        }
    }

    public void Dispose() => _file.Dispose();

    private void Write()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, _sequence);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], _manifest.Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], _manifest.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[ContentSize..], XxHash3.HashToUInt64(bytes[..ContentSize]));
        RandomAccess.Write(_file, bytes, 0);
    }
}
