using System.Buffers.Binary;
using LlmSpell.Cli.Failures;
using LlmSpell.State.Files;

namespace LlmSpell.Cli.Commands.State.Transfer;

/// <summary>
/// Entries that were read and checked, kept in a file without a name until all of them were: so that the state's write lock is not
/// held while somebody types, and a mistake in the last line costs nothing. Not thread-safe.
/// </summary>
internal sealed class ImportSpool : IDisposable
{
    private const int HeaderBytes = 16;
    private const int BufferBytes = 1 << 20;

    private readonly string _folder;
    private readonly FileStream _file;
    private readonly byte[] _header = new byte[HeaderBytes];
    private byte[] _record = new byte[4096];
    private int _scopeLength;
    private int _keyLength;
    private int _valueLength;
    private long _left;

    /// <param name="folder">A folder on a disk with room, best that of the state.</param>
    /// <exception cref="CommandException">The file cannot be made there.</exception>
    public ImportSpool(string folder)
    {
        _folder = folder;
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = BufferBytes,
            Options = FileOptions.DeleteOnClose | FileOptions.SequentialScan,
        };
        if (!OperatingSystem.IsWindows())
        {
            // It holds what the state holds.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        string path = Path.Combine(folder, $".llmspell-import-{Guid.NewGuid():N}");
#pragma warning disable RS0030 // Never published: it loses its name at once, so that nothing of it stays whatever happens.
        try
        {
            _file = new FileStream(path, options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refused(folder, error);
        }
#pragma warning restore RS0030
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    /// <summary>Whether an entry may stand twice in it: not all came after the one before.</summary>
    public bool MayRepeat { get; set; }

    /// <summary>How many entries were added.</summary>
    public long Count { get; private set; }

    public ReadOnlySpan<byte> Scope => _record.AsSpan(0, _scopeLength);

    public ReadOnlySpan<byte> Key => _record.AsSpan(_scopeLength, _keyLength);

    public ReadOnlySpan<byte> Value => _record.AsSpan(_scopeLength + _keyLength, _valueLength);

    public long ModifiedAt { get; private set; }

    public void Add(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_header, (ushort)scope.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(_header.AsSpan(2), (ushort)key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(_header.AsSpan(4), value.Length);
        BinaryPrimitives.WriteInt64LittleEndian(_header.AsSpan(8), modifiedAt);
        try
        {
            _file.Write(_header);
            _file.Write(scope);
            _file.Write(key);
            _file.Write(value);
        }
        catch (Exception error) when (error is IOException || IoReason.IsTooLarge(error))
        {
            throw Refused(_folder, error);
        }

        Count++;
    }

    /// <summary>Goes before the first entry.</summary>
    public void Rewind()
    {
        try
        {
            // Writes what is left in the buffer.
            _file.Position = 0;
        }
        catch (Exception error) when (error is IOException || IoReason.IsTooLarge(error))
        {
            throw Refused(_folder, error);
        }

        _left = Count;
    }

    /// <summary>Steps to the next entry; false after the last.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        _file.ReadExactly(_header);
        _scopeLength = BinaryPrimitives.ReadUInt16LittleEndian(_header);
        _keyLength = BinaryPrimitives.ReadUInt16LittleEndian(_header.AsSpan(2));
        _valueLength = BinaryPrimitives.ReadInt32LittleEndian(_header.AsSpan(4));
        ModifiedAt = BinaryPrimitives.ReadInt64LittleEndian(_header.AsSpan(8));
        int length = _scopeLength + _keyLength + _valueLength;
        if (_record.Length < length)
        {
            _record = new byte[Math.Max(length, 2 * _record.Length)];
        }

        _file.ReadExactly(_record.AsSpan(0, length));
        return true;
    }

    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (Exception error) when (error is IOException || IoReason.IsTooLarge(error))
        {
            // What could not be written is not needed any more, and the first refusal was told.
        }
    }

    private static CommandException Refused(string folder, Exception error) => new(
        ExitCodes.Storage, $"cannot keep the entries that are read in {folder}: {IoReason.Of(error)}; nothing was imported",
        "An import keeps them beside the state until all are checked: give this user the right and the room to write there, or set another path in [runtime.state_persistence].");
}
