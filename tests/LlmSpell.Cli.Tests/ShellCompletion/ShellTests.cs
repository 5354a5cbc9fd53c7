using LlmSpell.Cli.Tests.Commands;
using LlmSpell.Cli.Tests.Processes;

namespace LlmSpell.Cli.Tests.ShellCompletion;

/// <summary>The scripts in the shells themselves.</summary>
public sealed class ShellTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("llmspell ba", "llmspell|ba", "backup")]
    [InlineData("llmspell backup show la", "llmspell|backup|show|la", "latest")]
    [InlineData("llmspell state get u", "llmspell|state|get|u", "user:1")]
    [InlineData("llmspell state get user:", "llmspell|state|get|user|:", "1")]
    [InlineData("llmspell state get user:1", "llmspell|state|get|user|:|1", "1")]
    [InlineData("llmspell state get user:1 n", "llmspell|state|get|user|:|1|n", "name")]
    [InlineData("llmspell state get \"user:1\" n", "llmspell|state|get|\"user:1\"|n", "name")]
    [InlineData("llmspell state get global ", "llmspell|state|get|global|", "two\\ words")]
    [InlineData("llmspell --output=j", "llmspell|--output|=|j", "json")]
    [InlineData("llmspell run ", "llmspell|run|", ".llmspell", "backups", "jobs.lua", "scripts")]
    [InlineData("llmspell -c scr", "llmspell|-c|scr", "scripts")]
    public async Task Bash_completes(string line, string words, params string[] replies)
    {
        await PrepareAsync();
        string[] quoted = [.. words.Split('|').Select(word => $"'{word}'")];
        string script =
            $$"""
            llmspell() { $LLMSPELL "$@"; }
            source <(llmspell completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{string.Join(' ', quoted)}}) COMP_CWORD={{quoted.Length - 1}}
            _llmspell
            printf '%s\n' "${COMPREPLY[@]}"
            """;

        (int code, string output, string error) = await CommandLineProcess.Shell(_fixture.Folder, script).EndAsync();

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(replies, output.TrimEnd('\n').Split('\n').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("llmspell state get global \"a", "|1|")]
    [InlineData("llmspell state get global a", "|1|aa\\$\\(touch\\ pwned\\)")]
    public async Task A_key_never_becomes_a_command_in_bash(string line, string offered)
    {
        _fixture.Save("global", "aa$(touch pwned)", 1);
        string script =
            $$"""
            llmspell() { $LLMSPELL "$@"; }
            source <(llmspell completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=(llmspell state get global '{{line.Split(' ')[^1]}}') COMP_CWORD=4
            _llmspell
            printf '|1|%s' "${COMPREPLY[@]}"
            """;

        (int code, string output, string error) = await CommandLineProcess.Shell(_fixture.Folder, script).EndAsync();

        Assert.Equal((0, offered, ""), (code, output, error));
    }

    [Theory]
    [InlineData("llmspell ba", "backup\tMake, check, restore and clean up backups of the state.")]
    [InlineData("llmspell state get user:", "user:1")]
    [InlineData("llmspell state get global ", "two words")]
    [InlineData("llmspell --output=j", "--output=json")]
    [InlineData("llmspell run j", "jobs.lua")]
    public async Task Fish_completes(string line, string reply)
    {
        Assert.SkipUnless(InstalledProgram.IsThere("fish"), "fish is not installed");
        await PrepareAsync();

        (int code, string output, string error) = await CommandLineProcess.Shell(
            _fixture.Folder,
            $"""
            export HOME=$PWD
            printf '#!/bin/sh\nexec %s "$@"\n' "$LLMSPELL" > llmspell; chmod +x llmspell; PATH=$PWD:$PATH
            llmspell completion fish > completion.fish
            fish -N -c 'source completion.fish; complete -C "{line}"'
            """).EndAsync();

        Assert.Equal((0, ""), (code, error));
        Assert.Contains(reply, output.Split('\n'));
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("bash")]
    public async Task The_shell_finds_no_mistake_in_its_script(string shell)
    {
        Assert.SkipUnless(InstalledProgram.IsThere(shell), $"{shell} is not installed");

        (int code, string output, string error) = await CommandLineProcess.Shell(
            _fixture.Folder, $"$LLMSPELL completion {shell} > script && {shell} -n script").EndAsync();

        Assert.Equal((0, "", ""), (code, output, error));
    }

    private async Task PrepareAsync()
    {
        _fixture.Write("jobs.lua", "");
        _fixture.Write("scripts/readme.txt", "");
        _fixture.Save("user:1", "name", "Ada");
        _fixture.Save("global", "two words", 1);
        (await _fixture.RunAsync("backup", "create")).Done();
    }
}
