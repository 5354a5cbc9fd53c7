using LlmSpell.Lua.Files;
using LlmSpell.Lua.Limits;
using LlmSpell.State;

namespace LlmSpell.Lua.Streams;

/// <summary>The three standard streams of one host.</summary>
internal sealed class ScriptStreams : IDisposable
{
    internal ScriptStreams(LuaHostOptions options, ScriptStop stop, long longestString)
    {
        Wait = new DescriptorWait(() => stop.Token);
        bool toTerminal = options.Output is null && !Console.IsOutputRedirected;
        Stream input = options.Input ?? FileDescriptorStream.Open(0, Wait);
        Stream output = options.Output ?? FileDescriptorStream.Open(1, Wait);
        Stream error = options.Error ?? FileDescriptorStream.Open(2, Wait);
        Output = new OutputSink(output, toTerminal ? OutputBuffering.Line : OutputBuffering.Full);
        OutputSink errorSink = new(error, OutputBuffering.None);
        Warnings = new Warnings(errorSink);
        Input = new InputSource(input, Output, longestString);
        Files = [LuaFile.Standard(input, Input, null), LuaFile.Standard(output, null, Output), LuaFile.Standard(error, null, errorSink)];
    }

    internal OutputSink Output { get; }

    internal InputSource Input { get; }

    internal Warnings Warnings { get; }

    /// <summary>What io.stdin, io.stdout and io.stderr stand for.</summary>
    internal IReadOnlyList<LuaFile> Files { get; }

    /// <summary>How reads and writes of this host wait.</summary>
    internal DescriptorWait Wait { get; }

    /// <summary>Sends what is buffered, at the script's end; a reader that has gone is no failure.</summary>
    /// <exception cref="StateStorageException">The output cannot be written.</exception>
    internal void Flush()
    {
        try
        {
            Output.Flush();
        }
        catch (ClosedPipeException)
        {
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or NotSupportedException)
        {
            // The last two: the caller has closed the stream, or it is one that takes nothing.
            throw new StateStorageException($"cannot write to standard output: {exception.Message}", inner: exception);
        }
    }

    /// <summary>The streams stay usable; waiting for them is no longer ended by a stop.</summary>
    public void Dispose() => Wait.Dispose();
}
