using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.State;

namespace LlmSpell.Lua.Streams;

/// <summary>The three standard streams of one host, and the Lua objects that stand for them.</summary>
internal sealed unsafe class ScriptStreams
{
    private nint _inputObject;
    private nint _outputObject;
    private nint _errorObject;

    internal ScriptStreams(LuaHostOptions options)
    {
        bool toTerminal = options.Output is null && !Console.IsOutputRedirected;
        Output = new OutputSink(
            options.Output ?? FileDescriptorStream.Open(1), toTerminal ? OutputBuffering.Line : OutputBuffering.Full);
        Error = new OutputSink(options.Error ?? FileDescriptorStream.Open(2), OutputBuffering.None);
        Warnings = new Warnings(Error);
        Input = new InputSource(options.Input ?? FileDescriptorStream.Open(0), Output);
    }

    internal OutputSink Output { get; }

    internal OutputSink Error { get; }

    internal InputSource Input { get; }

    internal Warnings Warnings { get; }

    /// <summary>Pushes io.stdin, io.stdout and io.stderr.</summary>
    internal void PushObjects(LuaState state)
    {
        _inputObject = (nint)LuaApi.NewUserData(state, 0, 0);
        _outputObject = (nint)LuaApi.NewUserData(state, 0, 0);
        _errorObject = (nint)LuaApi.NewUserData(state, 0, 0);
    }

    internal bool IsInput(LuaState state, int index) => (nint)LuaApi.ToPointer(state, index) == _inputObject;

    /// <summary>The sink behind an object, or null for the input.</summary>
    internal OutputSink? SinkAt(LuaState state, int index, LuaArguments arguments)
    {
        nint value = (nint)LuaApi.ToPointer(state, index);
        return value == _outputObject ? Output
            : value == _errorObject ? Error
            : value == _inputObject ? null
            : throw arguments.WrongType(index, "FILE*");
    }

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
        catch (IOException exception)
        {
            throw new StateStorageException($"cannot write to standard output: {exception.Message}", inner: exception);
        }
    }
}
