using LlmSpell.Lua.Native;
using LlmSpell.Lua.Processes;
using LlmSpell.Lua.Streams;

namespace LlmSpell.Lua.Files;

/// <summary>What is behind a file object of a script. Used by the script's thread only, but for <see cref="FlushFromAnyThread"/>.</summary>
internal sealed class LuaFile
{
    private readonly Stream _stream;
    private readonly InputSource? _input;
    private readonly OutputSink? _output;

    private LuaFile(Stream stream, InputSource? input, OutputSink? output)
    {
        _stream = stream;
        _input = input;
        _output = output;
    }

    /// <summary>One of the three standard streams, which are not closed.</summary>
    internal bool IsStandard { get; private init; }

    internal bool IsClosed { get; private set; }

    /// <summary>The process at the other end of a pipe that io.popen made.</summary>
    internal ChildProcess? Child { get; private init; }

    internal static LuaFile Standard(Stream stream, InputSource? input, OutputSink? output) =>
        new(stream, input, output) { IsStandard = true };

    /// <param name="stream">Owned by the file from now on.</param>
    /// <param name="access">Which ways bytes go.</param>
    /// <param name="prompt">What is sent before a read waits, if this file is one whose reads can.</param>
    /// <param name="limit">How many bytes one result may have.</param>
    /// <param name="child">The process at the other end.</param>
    internal static LuaFile Open(Stream stream, FileAccess access, OutputSink prompt, long limit, ChildProcess? child = null) => new(
        stream,
        access.HasFlag(FileAccess.Read) ? new InputSource(stream, stream.CanSeek ? null : prompt, limit) : null,
        access.HasFlag(FileAccess.Write) ? new OutputSink(stream, OutputBuffering.Full) : null)
    {
        Child = child,
    };

    /// <summary>What reads take from. In a file that is written too, what was written comes first.</summary>
    /// <exception cref="IOException">The file was not opened for reading.</exception>
    internal InputSource Reader()
    {
        if (_input is null)
        {
            throw Posix.Error(Posix.BadDescriptor);
        }

        _output?.Flush();
        return _input;
    }

    /// <summary>What writes go to. In a file that is read too, they go to where reading has got.</summary>
    /// <exception cref="IOException">The file was not opened for writing.</exception>
    internal OutputSink Writer()
    {
        if (_output is null)
        {
            throw Posix.Error(Posix.BadDescriptor);
        }

        if (_input is { Unread: > 0 })
        {
            _stream.Seek(-_input.Unread, SeekOrigin.Current);
            _input.Discard();
        }

        return _output;
    }

    internal long Seek(long offset, SeekOrigin origin)
    {
        _output?.Flush();
        if (!_stream.CanSeek || _stream is not (FileDescriptorStream or FileStream))
        {
            throw Posix.Error(Posix.IllegalSeek);
        }

        if (_input is not null)
        {
            offset -= origin == SeekOrigin.Current ? _input.Unread : 0;
            long position = _stream.Seek(offset, origin);
            _input.Discard();
            return position;
        }

        return _stream.Seek(offset, origin);
    }

    internal void Flush() => _output?.Flush();

    /// <summary>Sends what was written, for a process that ends; a failure is nobody's any more.</summary>
    internal void FlushFromAnyThread()
    {
        try
        {
            _output?.Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
        }
    }

    internal void SetBuffering(OutputBuffering buffering)
    {
        if (_output is not null)
        {
            _output.Flush();
            _output.Buffering = buffering;
        }
    }

    /// <summary>Sends what was written and closes, even if that fails. A process at the other end goes on; see <see cref="Child"/>.</summary>
    internal void Close()
    {
        IsClosed = true;
        using (_stream)
        {
            _output?.Flush();
        }
    }

    /// <summary>For a file that the script forgot: closes it and waits for the process at the other end.</summary>
    internal void CloseQuietly()
    {
        if (IsClosed || IsStandard)
        {
            return;
        }

        try
        {
            Close();
        }
        catch (IOException)
        {
        }
        finally
        {
            Child?.Wait();
        }
    }
}
