using System.Runtime.InteropServices;
using System.Text;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Files;
using LlmSpell.Lua.Libraries;
using LlmSpell.Lua.Limits;
using LlmSpell.Lua.Memory;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Processes;
using LlmSpell.Lua.Running;
using LlmSpell.Lua.StateGlobal;
using LlmSpell.Lua.Streams;
using LlmSpell.Lua.Values;
using LlmSpell.State;

namespace LlmSpell.Lua;

/// <summary>
/// One Lua 5.4 state with Lua's standard library. Scripts that run in the same host share their globals.
/// </summary>
/// <remarks>Not thread-safe: one thread at a time, any thread. Several hosts can run at once, each on its own thread.</remarks>
public sealed unsafe partial class LuaHost : IDisposable
{
    private readonly LuaMemory _memory;
    private readonly Chunk _chunk;
    private GCHandle<LuaHost> _self;
    private LuaState _state;
    private bool _isRunning;
    private bool _isDisposed;

    /// <summary>Makes a Lua state.</summary>
    /// <exception cref="ArgumentException">A limit of the options is out of its range.</exception>
    /// <exception cref="DllNotFoundException">The native library lua54 is missing beside the program.</exception>
    public LuaHost(LuaHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ScriptLimits.RefuseNonsense(options);
        Options = options;
        Store = new ScriptStore(options.Store, Stop);
        Permissions = new Permissions(options);
        Libraries = options is { Sandbox: true, Libraries: LuaLibraries.Full } ? LuaLibraries.Basic : options.Libraries;
        LongestString = Math.Min(options.MemoryLimit ?? int.MaxValue, int.MaxValue);
        Streams = new ScriptStreams(options, Stop, LongestString);
        Opener = new FileOpener(Stop, Streams.Wait);
        Shell = new Shell(Stop);
        _memory = new LuaMemory(options.MemoryLimit);
        Limits = new ScriptLimits(options, _memory, Stop);
        _self = new GCHandle<LuaHost>(this);
        try
        {
            _state = LuaStateFactory.Create(_memory, GCHandle<LuaHost>.ToIntPtr(_self));
            _chunk = new Chunk(_state, options.ModulePath, textOnly: Libraries != LuaLibraries.Full);
            Library.Install(_state, this);
        }
        catch
        {
            Close();
            throw;
        }
    }

    internal LuaState State => _state;

    internal LuaHostOptions Options { get; }

    internal ScriptStreams Streams { get; }

    internal OpenFiles Files { get; } = new();

    internal FileOpener Opener { get; }

    internal Shell Shell { get; }

    internal Permissions Permissions { get; }

    /// <summary>What scripts have of Lua's libraries: in the sandbox never all.</summary>
    internal LuaLibraries Libraries { get; }

    internal ModulePath ModulePath => _chunk.ModulePath;

    /// <summary>How many bytes one read may give to the script.</summary>
    internal long LongestString { get; }

    internal ScriptStore Store { get; }

    internal ScriptStop Stop { get; } = new();

    internal ScriptLimits Limits { get; }

    internal Heap* Heap => _memory.Heap;

    internal SpareBuffer Buffers { get; } = new();

    internal ValueEncoder Encoder { get; } = new();

    /// <summary>The failure that was reported to the script last; the cause, if it is what ends the script.</summary>
    internal ReportedFailure? LastFailure { get; set; }

    /// <summary>
    /// Runs a script file. Modules beside it are found by require; the global arg and ... hold the arguments; a first line that starts
    /// with # and a byte order mark are skipped.
    /// </summary>
    /// <param name="path">The file, as messages are to name it.</param>
    /// <param name="arguments">What follows the script on its command line.</param>
    /// <exception cref="LuaScriptException">The script is not valid, or raised an error.</exception>
    /// <exception cref="StateNotFoundException">There is no such file.</exception>
    /// <exception cref="StateStorageException">The file cannot be read, or the output cannot be written.</exception>
    public void RunFile(string path, params IReadOnlyList<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckArguments(arguments);
        byte[] code = ScriptFile.Read(path);
        Run(() => _chunk.Run(ScriptFile.WithoutPreamble(code), "@" + path, path, Path.GetDirectoryName(path), arguments, this));
    }

    /// <summary>Runs a piece of code. Modules in the working folder are found by require.</summary>
    /// <param name="code">Lua source.</param>
    /// <param name="name">What messages call it, such as "command line".</param>
    /// <param name="arguments">What arg[1], arg[2] … and ... hold.</param>
    /// <exception cref="LuaScriptException">The code is not valid, or raised an error.</exception>
    /// <exception cref="StateStorageException">The output cannot be written.</exception>
    public void RunString(string code, string name, params IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(name);
        CheckArguments(arguments);
        Run(() => _chunk.Run(Encoding.UTF8.GetBytes(code), "=" + name, name, folder: null, arguments, this));
    }

    /// <summary>
    /// Runs code that was read from somewhere else, such as standard input. Modules in the working folder are found by require; a first
    /// line that starts with # and a byte order mark are skipped, as in a file.
    /// </summary>
    /// <param name="code">Lua source, or precompiled code where <see cref="LuaHostOptions.Libraries"/> is <see cref="LuaLibraries.Full"/>.</param>
    /// <param name="name">What messages call it, such as "stdin".</param>
    /// <param name="arguments">What arg[1], arg[2] … and ... hold.</param>
    /// <exception cref="LuaScriptException">The code is not valid, or raised an error.</exception>
    /// <exception cref="StateStorageException">The output cannot be written.</exception>
    public void RunSource(ReadOnlyMemory<byte> code, string name, params IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(name);
        CheckArguments(arguments);
        Run(() => _chunk.Run(ScriptFile.WithoutPreamble(code.Span), "=" + name, name, folder: null, arguments, this));
    }

    /// <summary>
    /// Sends what the script has written so far. Any thread may call it, also while the script runs, to end the process with nothing lost; it
    /// waits while the script writes to a reader that does not read.
    /// </summary>
    /// <exception cref="StateStorageException">The output cannot be written.</exception>
    public void FlushOutput()
    {
        Streams.Flush();
        Files.Flush();
    }

    /// <summary>Sends what the script wrote so far, before a process that it starts writes too.</summary>
    internal void FlushBeforeChild()
    {
        try
        {
            Streams.Output.Flush();
        }
        catch (IOException exception) when (exception is not ClosedPipeException)
        {
            // As in C: who wrote it learns of it at the next write.
        }

        Files.Flush();
    }

    /// <summary>
    /// Stops the script that is running, if one is, with <see cref="LuaFailureKind.Interrupted"/>; returns at once. Thread-safe.
    /// </summary>
    public void Interrupt() => Limits.Stop(LuaFailureKind.Interrupted);

    private static void CheckArguments(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        foreach (string argument in arguments)
        {
            ArgumentNullException.ThrowIfNull(argument, nameof(arguments));
        }
    }

    /// <summary>Everything that runs code of scripts goes through here.</summary>
    private void Run(Action body)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isRunning)
        {
            throw new InvalidOperationException("This host is running a script already.");
        }

        _isRunning = true;
        LastFailure = null;
        try
        {
            Limits.Begin(_state);
            body();
        }
        catch (LuaScriptException)
        {
            FlushAfterFailure();
            throw;
        }
        finally
        {
            _isRunning = false;
            Limits.End();
            Store.Transaction.RollBack("the script ended");
        }

        Streams.Flush();
    }

    /// <summary>The script's own failure matters more than one of its output.</summary>
    private void FlushAfterFailure()
    {
        try
        {
            Streams.Flush();
        }
        catch (StateStorageException)
        {
        }
    }
}
