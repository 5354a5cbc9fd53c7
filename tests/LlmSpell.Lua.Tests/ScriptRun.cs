using System.Diagnostics.CodeAnalysis;
using System.Text;
using LlmSpell.State;

namespace LlmSpell.Lua.Tests;

/// <summary>Runs scripts in hosts of their own and keeps what they wrote.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Memory streams hold nothing to release.")]
internal sealed class ScriptRun
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();

    internal string Output => Encoding.UTF8.GetString(_output.ToArray());

    internal string Error => Encoding.UTF8.GetString(_error.ToArray());

    internal StateStore Store { get; init; } = new(new MemoryBackend());

    internal LuaScriptException? Failure { get; private set; }

    /// <summary>The run must succeed; returns its output.</summary>
    internal static string OutputOf(string code, string input = "", StateStore? store = null)
    {
        ScriptRun run = Of(code, input, store);
        Assert.True(run.Failure is null, $"{run.Failure?.Message}\n{run.Failure?.Traceback}");
        return run.Output;
    }

    /// <summary>The run must fail; returns how.</summary>
    internal static LuaScriptException FailureOf(string code, string input = "", StateStore? store = null)
    {
        ScriptRun run = Of(code, input, store);
        Assert.True(run.Failure is not null, "the script was expected to fail");
        return run.Failure;
    }

    internal static ScriptRun Of(string code, string input = "", StateStore? store = null)
    {
        ScriptRun run = store is null ? new ScriptRun() : new ScriptRun { Store = store };
        using LuaHost host = new(run.Options(input));
        run.Try(() => host.RunString(code, "test"));
        return run;
    }

    internal static ScriptRun OfFile(string path, params string[] arguments)
    {
        ScriptRun run = new();
        using LuaHost host = new(run.Options(""));
        run.Try(() => host.RunFile(path, arguments));
        return run;
    }

    /// <summary>Runs code in a host that grants less than everything.</summary>
    internal static ScriptRun With(
        string code,
        LuaLibraries libraries = LuaLibraries.Full,
        bool sandbox = false,
        bool files = true,
        bool processes = true,
        string? modulePath = null,
        string input = "")
    {
        ScriptRun run = new();
        using LuaHost host = new(new LuaHostOptions
        {
            Output = run._output,
            Error = run._error,
            Input = new MemoryStream(Encoding.UTF8.GetBytes(input)),
            Store = () => run.Store,
            Libraries = libraries,
            Sandbox = sandbox,
            AllowFileAccess = files,
            AllowProcesses = processes,
            ModulePath = modulePath,
        });
        run.Try(() => host.RunString(code, "test"));
        return run;
    }

    /// <summary>What the run wrote; it must have succeeded.</summary>
    internal string Succeeded()
    {
        Assert.True(Failure is null, $"{Failure?.Message}\n{Failure?.Traceback}");
        return Output;
    }

    internal LuaHostOptions Options(string input = "", Action<int>? exitHandler = null) => new()
    {
        Output = _output,
        Error = _error,
        Input = new MemoryStream(Encoding.UTF8.GetBytes(input)),
        Store = () => Store,
        ExitHandler = exitHandler,
    };

    internal void Try(Action run)
    {
        try
        {
            run();
        }
        catch (LuaScriptException failure)
        {
            Failure = failure;
        }
    }
}
