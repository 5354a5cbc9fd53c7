using System.Diagnostics;
using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Libraries;

public sealed class RequireTests
{
    public static TheoryData<LuaLibraries, bool> Sets => new()
    {
        { LuaLibraries.Full, false },
        { LuaLibraries.Basic, false },
        { LuaLibraries.Full, true },
    };

    [Theory]
    [MemberData(nameof(Sets))]
    public void Modules_are_found_beside_the_script_then_on_the_path(LuaLibraries libraries, bool sandbox)
    {
        using TemporaryFolder folder = new();
        folder.Write("lib/both.lua", "return 'from the path'");
        folder.Write("lib/deep/part.lua", "#!/usr/bin/lua\nreturn { ... }");
        folder.Write("app/both.lua", "return 'beside'");
        folder.Write("app/pack/init.lua", "count = (count or 0) + 1");
        string script = folder.Write(
            "app/main.lua",
            """
            print(require('both'))
            print(require('deep.part')[1], (require('deep.part')[2]:gsub('^.*/lib/', '')))
            print(require('pack'), require('pack'), count)
            package.preload.own = function(name) return name .. '!' end
            print((require('own')), require('State') == State)
            """);
        using MemoryStream output = new();
        using LuaHost host = new(new LuaHostOptions
        {
            Output = output,
            Libraries = libraries,
            Sandbox = sandbox,
            ModulePath = folder["lib/?.lua"] + ";",
        });

        host.RunFile(script);

        Assert.Equal(
            $"beside\t{folder["app/both.lua"]}\ndeep.part\tdeep/part.lua\ntrue\ttrue\t{folder["app/pack/init.lua"]}\t1\nown!\ttrue\n"
                .Replace("true\ttrue\t" + folder["app/pack/init.lua"], "true\ttrue", StringComparison.Ordinal),
            System.Text.Encoding.UTF8.GetString(output.ToArray())
                .Replace("true\t" + folder["app/pack/init.lua"], "true", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_missing_module_lists_the_places(LuaLibraries libraries, bool sandbox)
    {
        string message = ScriptRun.With("\nrequire('no.such')", libraries, sandbox, modulePath: "/some/?.lua").Failure!.Message;

        Assert.StartsWith(
            "test:2: module 'no.such' not found:\n\tno field package.preload['no.such']\n\tno file './no/such.lua'\n\tno file './no/such/init.lua'\n"
            + "\tno file '/some/no/such.lua'\n\tno file '/usr/local/share/lua/5.4/no/such.lua'\n",
            message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_broken_module_is_named(LuaLibraries libraries, bool sandbox)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("broken.lua", "\nx = ");
        Assert.EndsWith(
            $"error loading module 'broken' from file '{path}':\n\t{path}:2: unexpected symbol near <eof>",
            ScriptRun.With("require('broken')", libraries, sandbox, modulePath: folder["?.lua"]).Failure!.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_written_in_C_finds_Lua()
    {
        using TemporaryFolder folder = new();
        string source = folder.Write(
            "answer.c",
            """
            typedef struct lua_State lua_State;
            extern void lua_pushinteger(lua_State *L, long long n);
            int luaopen_answer(lua_State *L) { lua_pushinteger(L, 42); return 1; }
            """);
        Assert.SkipUnless(Compiles(source, folder["answer.so"]), "There is no gcc.");

        Assert.Equal("42\n", ScriptRun.OutputOf($"package.cpath = '{folder["?.so"]}' print((require('answer')))"));
    }

    private static bool Compiles(string source, string library)
    {
        try
        {
            using Process process = Process.Start("gcc", ["-shared", "-fPIC", "-o", library, source]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
