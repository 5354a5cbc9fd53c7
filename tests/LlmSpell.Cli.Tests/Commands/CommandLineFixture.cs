using System.Text;
using LlmSpell.Cli.Commands;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Opening;
using LlmSpell.State;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Commands;

/// <summary>Runs command lines in this process, in a folder and an environment of their own.</summary>
public sealed class CommandLineFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.Path;

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>What the next commands find on standard input.</summary>
    public string Input { get; set; } = "";

    /// <summary>Opens standard input in place of <see cref="Input"/>.</summary>
    public Func<Stream>? OpenInput { get; set; }

    public bool IsTerminal { get; set; }

    /// <summary>The columns of the terminal, if it is one.</summary>
    public int? TerminalWidth { get; set; }

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public CancellationToken Interrupt { get; set; }

    public string Write(string name, string text) => _folder.Write(name, text);

    public async Task<CommandOutcome> RunAsync(params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var host = new CommandLineHost
        {
            OpenInput = OpenInput ?? (() => new MemoryStream(Encoding.UTF8.GetBytes(Input))),
            Output = output,
            Error = error,
            IsInputTerminal = IsTerminal,
            IsOutputTerminal = IsTerminal,
            IsErrorTerminal = IsTerminal,
            TerminalWidth = () => IsTerminal ? TerminalWidth : null,
            Clock = Clock,
            Environment = Environment.GetValueOrDefault,
            WorkingFolder = Folder,
            Interrupt = Interrupt,
        };
        int code = await CommandLine.RunAsync(arguments, host);
        return new CommandOutcome(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    /// <summary>The state of the folder's own configuration, as a script would open it.</summary>
    internal StateStore OpenStore() => BackendFactory.OpenStore(
        ConfigurationLoader.Load(new ConfigurationRequest(null, Folder, Environment.GetValueOrDefault)).State, TimeProvider.System);

    internal void Save(string scope, string key, StateValue value)
    {
        using StateStore store = OpenStore();
        store.Save((scope, key), value);
    }

    public void Dispose() => _folder.Dispose();
}
