using LlmSpell.Backup;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;
using LlmSpell.Cli.Repl.Completion;
using LlmSpell.Lua;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Repl;

public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Workspace _workspace;
    private readonly LuaHost _lua = new(new LuaHostOptions());
    private readonly Completer _completer;

    public CompletionTests()
    {
        var host = new CommandLineHost
        {
            OpenInput = () => Stream.Null,
            Output = Stream.Null,
            Error = Stream.Null,
            Environment = _ => null,
            WorkingFolder = _folder.Path,
        };
        _workspace = new Workspace(
            ConfigurationLoader.Load(new ConfigurationRequest(null, _folder.Path, _ => null)),
            TimeProvider.System,
            new OutputWriter(host, new OutputSettings(OutputFormat.Text)));
        _completer = new Completer(_lua.FindFields, new StateNames(_workspace));
    }

    public void Dispose()
    {
        _lua.Dispose();
        _workspace.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("string.fo", "format")]
    [InlineData("x = string . re", "rep reverse")]
    [InlineData("coroutine.wr", "wrap")]
    [InlineData("prin", "print")]
    [InlineData("f(retu", "return")]
    [InlineData("un", "until")]
    [InlineData("State.li", "list_backup_keys list_backups list_keys list_scopes")]
    [InlineData("package.loaded.string.fo", "format")]
    [InlineData("io.stdout:see", "seek")]
    [InlineData("nothing.", "")]
    [InlineData("string.nothing.", "")]
    [InlineData("f().", "")]
    [InlineData("1.", "")]
    [InlineData("-- string.fo", "")]
    [InlineData("--[[\nstring.fo", "")]
    [InlineData("[[string.fo", "")]
    [InlineData("'string.fo", "")]
    [InlineData("--[[x]] string.fo", "format")]
    [InlineData("-- x\nstring.fo", "format")]
    [InlineData("a = 'b' .. string.fo", "format")]
    public void Names_are_found_where_Lua_has_them(string text, string expected)
    {
        Assert.Equal(expected, Candidates(text));
    }

    [Fact]
    public void Globals_of_the_session_are_found_and_nothing_of_a_script_runs()
    {
        _lua.RunString(
            """
            outer = { inner = { alpha = 1, album = print, ["no name"] = 2, ["end"] = 3 } }
            object = setmetatable({ own = 1 }, { __index = { method = print, value = 1 } })
            trap = setmetatable({}, { __index = function() error("ran") end, __pairs = function() error("ran") end })
            setmetatable(_G, { __index = function() error("ran") end })
            text = "x"
            """,
            "test");

        Assert.Equal("inner", Candidates("outer."));
        Assert.Equal("album alpha", Candidates("outer.inner."));
        Assert.Equal("album", Candidates("outer.inner:"));
        Assert.Equal("method own value", Candidates("object."));
        Assert.Equal("method", Candidates("object:"));
        Assert.Equal("rep reverse", Candidates("text:re"));
        Assert.Equal("", Candidates("trap.x."));
        Assert.Equal("", Candidates("undefined."));
    }

    [Theory]
    [InlineData("State.load(\"", "agent:jobs global user:1")]
    [InlineData("State.load('u", "user:1")]
    [InlineData("print(State.save('", "agent:jobs global user:1")]
    [InlineData("State.load('global', '", "al\\'pha album beta")]
    [InlineData("State.load('global', \"al", "al'pha album")]
    [InlineData("State.load(\"user:1\",'", "name")]
    [InlineData("State.load('none', '", "")]
    [InlineData("State.load('', '", "")]
    [InlineData("State.load(x, '", "")]
    [InlineData("Other.load('", "")]
    [InlineData("a.State.load('", "")]
    [InlineData("State.create_backup('", "")]
    public void Scopes_and_keys_are_found_in_calls_of_State(string text, string expected)
    {
        Save("global", "al'pha");
        Save("global", "album");
        Save("global", "beta");
        Save("user:1", "name");
        Save("agent:jobs", "done");

        Assert.Equal(expected, Candidates(text));
    }

    [Fact]
    public void Looking_makes_no_state()
    {
        Assert.Equal("", Candidates("State.load('"));
        Assert.Equal("", Candidates("State.load('global', '"));
        Assert.Equal("", Candidates("State.restore_backup('"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Backups_are_found_where_their_id_belongs()
    {
        Save("global", "x");
        CreateResult created = await _workspace.Backups.CreateAsync(new CreateRequest(), TestContext.Current.CancellationToken);
        string id = created.Backup.Id.Value;

        Assert.Equal(id, Candidates("State.restore_backup('"));
        Assert.Equal(id, Candidates($"State.validate_backup(\"{id[..5]}"));
        Assert.Equal("", Candidates("State.restore_backup('x"));
    }

    [Fact]
    public void A_hundred_keys_are_shown_and_more_are_told()
    {
        _workspace.Store.Transact(transaction =>
        {
            for (int key = 0; key < 1000; key++)
            {
                transaction.Save(("global", $"key {key:D4}"), 1);
            }
        });

        Completion completion = _completer.Complete("State.load('global', 'key");

        Assert.Equal((100, true), (completion.Candidates.Count, completion.HasMore));
        Assert.Equal(new Candidate("key 0000", "'"), completion.Candidates[0]);
    }

    private void Save(string scope, string key) => _workspace.Store.Save((scope, key), 1);

    private string Candidates(string text) => string.Join(' ', _completer.Complete(text).Candidates.Select(candidate => candidate.Text));
}
