using System.Text;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Tests.Sandbox;

/// <summary>
/// Walks everything that a script could ever reach: tables, metatables, and the upvalues that only a debug library shows. What could
/// leave the sandbox must not be among it, whatever wraps it.
/// </summary>
public sealed unsafe class ReachableTests
{
    private const string Walk =
        """
        local debug, string, package, dangerous = ...
        local found, seen = {}, {}
        local function visit(value, path)
          local kind = type(value)
          if kind ~= "table" and kind ~= "function" and kind ~= "userdata" and kind ~= "thread" or seen[value] then return end
          seen[value] = true
          if kind == "function" and string.find(dangerous, string.format(" %p ", value), 1, true) then found[#found + 1] = path end
          -- Lua's own require and its searchers, which are made anew for each state, hold the table package.
          if value == package then found[#found + 1] = path end
          local metatable = debug.getmetatable(value)
          if metatable then visit(metatable, path .. " metatable") end
          if kind == "table" then
            for k, v in next, value do visit(k, path .. " key") visit(v, path .. "." .. tostring(k)) end
          elseif kind == "function" then
            for i = 1, 255 do
              local name, upvalue = debug.getupvalue(value, i)
              if not name then break end
              visit(upvalue, path .. " upvalue " .. name)
            end
          elseif kind == "userdata" then
            for i = 1, 255 do
              local v, ok = debug.getuservalue(value, i)
              if not ok then break end
              visit(v, path .. " uservalue")
            end
          end
        end
        visit(_G, "_G")
        visit(debug.getmetatable(""), "string metatable")
        visit(debug.getmetatable(1) or {}, "number metatable")
        visit(debug.getmetatable(print) or {}, "function metatable")
        local count = 0
        for _ in next, seen do count = count + 1 end
        return #found .. " of " .. (count > 50 and "many" or count) .. ": " .. table.concat(found, "; ")
        """;

    /// <summary>The addresses of C's functions are the same in every Lua state. Two of debug do no harm inside the host's own functions.</summary>
    private const string Addresses =
        """
        local all = {}
        local function add(value)
          assert(type(value) == "function")
          all[#all + 1] = string.format("%p", value)
        end
        add(load) add(loadfile) add(dofile)
        for name, value in pairs(debug) do if name ~= "traceback" and name ~= "getmetatable" then add(value) end end
        for _, value in pairs(io) do if type(value) == "function" then add(value) end end
        for _, name in ipairs { "execute", "exit", "getenv", "remove", "rename", "setlocale", "tmpname" } do add(os[name]) end
        add(package.loadlib) add(package.searchpath) add(string.dump)
        keep(" " .. table.concat(all, " ") .. " ")
        """;

    [Theory]
    [InlineData(LuaLibraries.Full, true)]
    [InlineData(LuaLibraries.Basic, false)]
    [InlineData(LuaLibraries.None, false)]
    public void Nothing_dangerous_can_be_reached(LuaLibraries libraries, bool sandbox)
    {
        Assert.Equal("0 of many: ", Reach(libraries, sandbox, DangerousAddresses()));
    }

    [Fact]
    public void The_walk_finds_what_it_is_to_find()
    {
        string found = Reach(LuaLibraries.Full, sandbox: false, DangerousAddresses());

        Assert.Contains(".getregistry", found, StringComparison.Ordinal);
    }

    /// <summary>Lua's own libraries, opened anew in a state that is thrown away: the host's own stand in their place everywhere else.</summary>
    private static string DangerousAddresses()
    {
        using MemoryStream output = new();
        using LuaHost host = new(new LuaHostOptions { Output = output });
        host.RunString("keep = print local loaded = package.loaded for name in pairs(loaded) do loaded[name] = nil end", "test");
        LuaApi.OpenLibraries(host.State);
        host.RunString(Addresses, "test");
        return Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n');
    }

    private static string Reach(LuaLibraries libraries, bool sandbox, string dangerous)
    {
        using LuaHost host = new(new LuaHostOptions { Libraries = libraries, Sandbox = sandbox, Output = Stream.Null });
        LuaState state = host.State;
        int top = LuaApi.GetTop(state);
        byte[] code = Encoding.UTF8.GetBytes("local _G, table, tostring, type, next, print = ... ; local function walk(...) " + Walk + " end return walk(select(7, ...))");
        fixed (byte* first = code, name = "=walk\0"u8)
        {
            Assert.Equal(LuaStatus.Ok, LuaApi.LoadBuffer(state, first, (nuint)code.Length, name, null));
        }

        PushLoaded(state, "_G");
        PushLoaded(state, "table");
        foreach (string global in (string[])["tostring", "type", "next", "print"])
        {
            PushGlobal(state, global);
        }

        PushLoaded(state, "debug");
        PushLoaded(state, "string");
        PushLoaded(state, "package");
        state.Push(dangerous);
        LuaStatus status = LuaApi.ProtectedCall(state, 10, 1, 0);
        string result = state.TextAt(-1);
        LuaApi.SetTop(state, top);
        Assert.True(status == LuaStatus.Ok, result);
        return result;
    }

    private static void PushLoaded(LuaState state, string name)
    {
        state.Push("_LOADED"u8);
        LuaApi.RawGet(state, LuaApi.RegistryIndex);
        state.Push(name);
        LuaApi.RawGet(state, -2);
        Remove(state);
    }

    private static void PushGlobal(LuaState state, string name)
    {
        LuaApi.RawGetInteger(state, LuaApi.RegistryIndex, LuaApi.RegistryGlobals);
        state.Push(name);
        LuaApi.RawGet(state, -2);
        Remove(state);
    }

    /// <summary>Takes away the table under the value on the top.</summary>
    private static void Remove(LuaState state)
    {
        LuaApi.RawSetInteger(state, LuaApi.RegistryIndex, 1_000_000);
        state.Pop();
        LuaApi.RawGetInteger(state, LuaApi.RegistryIndex, 1_000_000);
    }
}
