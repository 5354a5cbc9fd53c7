namespace LlmSpell.Lua.Tests.Libraries;

public sealed class LibrarySetTests
{
    private const string Globals = "local names = {} for name in pairs(_G) do names[#names + 1] = name end table.sort(names) print(table.concat(names, ' '))";

    [Theory]
    [InlineData(LuaLibraries.Basic, false)]
    [InlineData(LuaLibraries.Basic, true)]
    [InlineData(LuaLibraries.Full, true)]
    public void Basic_scripts_and_the_sandbox_have_what_touches_nothing_outside(LuaLibraries libraries, bool sandbox)
    {
        Assert.Equal(
            "State _G _VERSION arg assert collectgarbage coroutine debug error getmetatable io ipairs load math next os package pairs pcall "
            + "print rawequal rawget rawlen rawset require select setmetatable string table tonumber tostring type utf8 warn xpcall\n"
            + "clock date difftime time\nlines read stderr stdin stdout write\ntraceback\nconfig loaded preload\n",
            ScriptRun.With(
                Globals + " for _, t in ipairs { os, io, debug, package } do local n = {} for k in pairs(t) do n[#n + 1] = k end "
                + "table.sort(n) print(table.concat(n, ' ')) end",
                libraries,
                sandbox).Succeeded());
    }

    [Fact]
    public void None_leaves_what_the_language_leans_on()
    {
        Assert.Equal(
            "State _G _VERSION arg assert error getmetatable ipairs next pairs pcall print rawequal rawget rawlen rawset select setmetatable "
            + "tonumber tostring type xpcall\n",
            ScriptRun.With(
                """
                local names, least = {}, nil
                local text = ''
                repeat
                  least = nil
                  for name in pairs(_G) do if not names[name] and (not least or name < least) then least = name end end
                  if least then names[least] = true text = text .. (text == '' and '' or ' ') .. least end
                until not least
                print(text)
                """,
                LuaLibraries.None).Succeeded());
        Assert.Equal("false\nfalse\n3\t7\n", ScriptRun.With(
            "print((pcall(function() return ('x'):upper() end))) print((pcall(function() return string.upper('x') end))) "
            + "State.save('global', 'n', 7) print('1' + 2, State.load('global', 'n'))",
            LuaLibraries.None).Succeeded());
    }

    [Fact]
    public void Basic_scripts_read_and_write_the_standard_streams_only()
    {
        Assert.Equal("one,two,false\ttest:2: ", ScriptRun.With(
            "for l in io.lines() do io.write(l, ',') end\nlocal ok, m = pcall(function() io.lines('/etc/passwd') end) io.write(tostring(ok), '\\t', m:sub(1, 8))",
            LuaLibraries.Basic,
            input: "one\ntwo\n").Succeeded());
    }

    [Fact]
    public void Load_takes_source_text_in_every_way_Lua_does()
    {
        Assert.Equal(
            "3\n5\nnil\t[string \"x =\"]:1: unexpected symbol near <eof>\nnil\tname:1: unexpected symbol near <eof>\n7\tnil\nnil\ttest:5: broken\n"
            + "nil\treader function must return a string\nnil\tattempt to load a text chunk (mode is 'b')\nfalse\n",
            ScriptRun.With(
                """
                print(load('return 3')())
                local parts = { 'return ', '5' } print(load(function() return table.remove(parts, 1) end)())
                print(load('x =')) print(load('x =', '=name'))
                print(load('return y, print', 'c', 't', { y = 7 })())
                print(load(function() error('broken') end))
                print(load(function() return {} end))
                print(load('return 1', 'c', 'b'))
                print((pcall(load)))
                """,
                LuaLibraries.Basic).Succeeded());
    }

    [Theory]
    [InlineData(LuaLibraries.Full)]
    [InlineData(LuaLibraries.Basic)]
    public void What_load_catches_is_its_result_and_nothing_of_the_host(LuaLibraries libraries)
    {
        Assert.Equal("string\tstring\ttrue\n", ScriptRun.With(
            "local _, nested = load(('do '):rep(500)) local _, raised = load(function() error('x') end) "
            + "local _, value = load(function() error(print) end) print(type(nested), type(raised), value == print)",
            libraries).Succeeded());
    }
}
